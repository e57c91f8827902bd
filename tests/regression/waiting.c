// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What takes most of the time of a start of tshark, the registration of all dissectors, is done once for many. Built as
 * a library by waiting.py it is preloaded into tshark, which then waits at a socket and forks a process for each command
 * line, that begins main() anew. Built as a program it is the tshark of the tests' PATH: it hands over its words,
 * environment, folder and open files, or becomes an ordinary tshark where the one that waits is not as it should be.
 */

#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_FILES 32
// No number of a file that is handed over.
#define FIRST_OF_OURS 200

typedef struct {
    int words, variables, files;
    pid_t group;
    mode_t mask;
    int numbers[MAX_FILES];     // of the files but the first, which is the folder
    char text[100000];          // words and variables, each with a zero behind it
} command_line;

static struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = SOCKET};

#ifdef PRELOADED

typedef int main_function(int, char **, char **);
typedef int start_function(main_function *, int, char **, void (*)(void), void (*)(void), void (*)(void), void *);
// Wireshark's own take up to four arguments, by its version.
typedef long any_function(long, long, long, long);

static main_function *tshark_main;
static bool registered;

static void *next_symbol(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    if (!found) {
        fprintf(stderr, "waiting.c: there is no %s\n", name);
        _exit(1);
    }
    return found;
}

static bool receive(int client, command_line *line, int files[MAX_FILES]) {
    char control[CMSG_SPACE(MAX_FILES * sizeof(int))];
    struct iovec part = {line, sizeof(*line)};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control)};
    struct cmsghdr *passed = recvmsg(client, &message, 0) > 0 ? CMSG_FIRSTHDR(&message) : NULL;

    if (!passed || passed->cmsg_len != CMSG_LEN((size_t)line->files * sizeof(int)))
        return false;
    memcpy(files, CMSG_DATA(passed), (size_t)line->files * sizeof(int));
    return true;
}

// The files get the numbers that they had, and no others are open.
static void take_files(const command_line *line, int files[MAX_FILES]) {
    for (int i = 0; i < line->files; i++)
        files[i] = fcntl(files[i], F_DUPFD, FIRST_OF_OURS);
    close_range(0, FIRST_OF_OURS - 1, 0);
    for (int i = 1; i < line->files; i++)
        dup2(files[i], line->numbers[i]);
    fchdir(files[0]);
    close_range(FIRST_OF_OURS, ~0U, 0);
}

static char **pointers(char **text, int count) {
    char **found = calloc((size_t)count + 1, sizeof(char *));
    for (int i = 0; i < count; i++, *text += strlen(*text) + 1)
        found[i] = *text;
    return found;
}

static void begin_anew(command_line *line, int files[MAX_FILES]) {
    char *text = line->text;
    char **words = pointers(&text, line->words);

    environ = pointers(&text, line->variables);
    take_files(line, files);
    // So that whoever ends the group of the other one ends this one too.
    setpgid(0, line->group);
    umask(line->mask);
    ((void (*)(const char *))next_symbol("set_persconffile_dir"))(NULL);
    exit(tshark_main(line->words, words, environ));
}

static void answer(int client) {
    static command_line line;
    int files[MAX_FILES], status;
    pid_t child;

    if (!receive(client, &line, files))
        _exit(1);
    child = fork();
    if (child == 0)
        begin_anew(&line, files);
    send(client, &child, sizeof(child), 0);
    for (int i = 0; i < line.files; i++)
        close(files[i]);
    waitpid(child, &status, 0);
    send(client, &status, sizeof(status), MSG_NOSIGNAL);
    _exit(0);
}

// Until whoever started this one closes its standard input.
static void serve(void) {
    int listening = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    struct pollfd watched[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = listening, .events = POLLIN}};

    if (bind(listening, (struct sockaddr *)&address, sizeof(address)) || listen(listening, 64))
        _exit(1);
    puts("ready");
    fflush(stdout);
    while (poll(watched, 2, -1) > 0 && !watched[0].revents) {
        int client = accept(listening, NULL, NULL);
        if (client >= 0 && fork() == 0)
            answer(client);
        close(client);
        while (waitpid(-1, NULL, WNOHANG) > 0)
            ;
    }
    close(listening);
    while (waitpid(-1, NULL, 0) > 0)
        ;
    _exit(0);
}

int __libc_start_main(main_function *main, int count, char **arguments, void (*init)(void), void (*fini)(void),
                      void (*rtld_fini)(void), void *stack_end) {
    tshark_main = main;
    return ((start_function *)next_symbol("__libc_start_main"))(main, count, arguments, init, fini, rtld_fini, stack_end);
}

long wtap_init(long a, long b, long c, long d) {
    return registered ? 0 : ((any_function *)next_symbol("wtap_init"))(a, b, c, d);
}

long epan_init(long a, long b, long c, long d) {
    if (!registered) {
        registered = (((any_function *)next_symbol("epan_init"))(a, b, c, d) & 0xFF) != 0;
        if (registered)
            serve();
    }
    return registered;
}

// To free one by one what goes with the process touches each page that it shares with the one that waits, and takes longer
// than all else of a short run.
void epan_cleanup(void) {
    if (!registered)
        ((void (*)(void))next_symbol("epan_cleanup"))();
}

#else

static pid_t other;

static void pass_on(int number) {
    if (other > 0)
        kill(other, number);
}

static bool is_set_to(const char *name, const char *value) {
    const char *found = getenv(name);
    return found && strcmp(found, value) == 0;
}

// A tool copies the plugin for another user.
static bool same_plugin(const char *folder) {
    char path[4096], ours[65536], theirs[65536];
    size_t size;
    FILE *one = fopen(PLUGINS "/" PLUGIN, "rb"), *copy;

    snprintf(path, sizeof(path), "%s/" PLUGIN, folder ? folder : "");
    copy = fopen(path, "rb");
    if (!one || !copy)
        return false;
    do {
        size = fread(ours, 1, sizeof(ours), one);
        if (fread(theirs, 1, sizeof(theirs), copy) != size || memcmp(ours, theirs, size))
            return false;
    } while (size);
    return true;
}

// Scripts are read while dissectors are registered, and what is recorded is for another program.
static bool is_for_the_waiting_one(char **words) {
    bool reads = false;
    struct stat there;

    for (; *words; words++) {
        if (strncmp(*words, "-X", 2) == 0)
            return false;
        reads = reads || strcmp(*words, "-r") == 0 || strcmp(*words, "-G") == 0;
    }
    return reads && !getenv("LD_PRELOAD") && stat(SOCKET, &there) == 0
           && there.st_uid == geteuid() && (is_set_to("WIRESHARK_DATA_DIR", DATA) || is_set_to("WIRESHARK_DATA_DIR", "/nonexistent"))
           && same_plugin(getenv("WIRESHARK_PLUGIN_DIR"));
}

static bool add(command_line *line, size_t *used, const char *text) {
    size_t size = strlen(text) + 1;
    if (*used + size > sizeof(line->text))
        return false;
    memcpy(line->text + *used, text, size);
    *used += size;
    return true;
}

static bool fill(command_line *line, size_t *used, int files[MAX_FILES], char **words) {
    DIR *open_files = opendir("/proc/self/fd");
    int folder = open(".", O_PATH);

    *line = (command_line){.group = getpgid(0), .files = 1};
    umask(line->mask = umask(0));
    for (struct dirent *entry; open_files && (entry = readdir(open_files)) && line->files < MAX_FILES;) {
        int number = atoi(entry->d_name);
        if (entry->d_name[0] != '.' && number != dirfd(open_files) && number != folder)
            files[line->files] = line->numbers[line->files] = number, line->files++;
    }
    closedir(open_files);
    // One that may not be entered hides its files in any case.
    files[0] = fcntl(folder < 0 ? open("/", O_PATH) : folder, F_DUPFD, FIRST_OF_OURS);
    for (; *words; words++, line->words++)
        if (!add(line, used, *words))
            return false;
    for (char **variable = environ; *variable; variable++, line->variables++)
        if (!add(line, used, *variable))
            return false;
    return files[0] >= 0 && line->files < MAX_FILES;
}

static bool send_line(int server, const command_line *line, size_t used, const int files[MAX_FILES]) {
    char control[CMSG_SPACE(MAX_FILES * sizeof(int))] = {0};
    size_t size = (size_t)line->files * sizeof(int);
    struct iovec part = {(void *)line, sizeof(*line) - sizeof(line->text) + used};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = CMSG_SPACE(size)};
    struct cmsghdr *passed = CMSG_FIRSTHDR(&message);

    *passed = (struct cmsghdr){.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(size)};
    memcpy(CMSG_DATA(passed), files, size);
    return sendmsg(server, &message, MSG_NOSIGNAL) > 0;
}

int main(int count, char **words) {
    static command_line line;
    size_t used = 0;
    int files[MAX_FILES], server = -1, status;

    (void)count;
    if (is_for_the_waiting_one(words) && fill(&line, &used, files, words)) {
        server = fcntl(socket(AF_UNIX, SOCK_SEQPACKET, 0), F_DUPFD_CLOEXEC, FIRST_OF_OURS);
        if (connect(server, (struct sockaddr *)&address, sizeof(address)) || !send_line(server, &line, used, files)
            || recv(server, &other, sizeof(other), 0) != sizeof(other))
            server = -1;
    }
    if (server < 0) {
        // test_waiting.py will have no other.
        if (!getenv("SIPRESP_NO_FRESH_TSHARK"))
            execv(REAL, words);
        return 127;
    }
    for (const int *number = (const int[]){SIGTERM, SIGINT, SIGHUP, SIGQUIT, 0}; *number; number++)
        signal(*number, pass_on);
    // A pipe has its end when the other one ends.
    close_range(0, FIRST_OF_OURS - 1, 0);
    if (recv(server, &status, sizeof(status), 0) != sizeof(status))
        return 127;
    if (WIFSIGNALED(status)) {
        signal(WTERMSIG(status), SIG_DFL);
        raise(WTERMSIG(status));
    }
    return WEXITSTATUS(status);
}

#endif
