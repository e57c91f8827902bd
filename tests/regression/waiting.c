// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Preloaded into tshark by waiting.py: what takes most of the time of a start, the registration of all dissectors, is
 * done once. tshark then waits for command lines and forks a process for each, which begins main() anew.
 */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORDS_SIZE 200000
#define MAX_WORDS 1000
#define STREAMS 3

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

// One command line: its words, each with a zero behind it, and the three standard streams.
static ssize_t receive(int from, char *words, int streams[STREAMS]) {
    char control[CMSG_SPACE(STREAMS * sizeof(int))];
    struct iovec text = {words, WORDS_SIZE};
    struct msghdr message = {.msg_iov = &text, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control)};
    ssize_t size = recvmsg(from, &message, 0);
    struct cmsghdr *passed = size > 0 ? CMSG_FIRSTHDR(&message) : NULL;

    if (!passed || passed->cmsg_len != CMSG_LEN(STREAMS * sizeof(int)))
        return 0;
    memcpy(streams, CMSG_DATA(passed), STREAMS * sizeof(int));
    return size;
}

static void begin_anew(char *words, ssize_t size, const int streams[STREAMS]) {
    static char *arguments[MAX_WORDS + 1];
    int count = 0;

    for (int number = 0; number < STREAMS; number++) {
        dup2(streams[number], number);
        close(streams[number]);
    }
    for (char *word = words; word < words + size && count < MAX_WORDS; word += strlen(word) + 1)
        arguments[count++] = word;
    exit(tshark_main(count, arguments, environ));
}

static void serve(int client) {
    static char words[WORDS_SIZE];
    int streams[STREAMS];
    ssize_t size;
    pid_t self = getpid();

    send(client, &self, sizeof(self), 0);
    while ((size = receive(client, words, streams)) > 0) {
        int status = -1;
        pid_t child = fork();
        if (child == 0) {
            close(client);
            begin_anew(words, size, streams);
        }
        for (int number = 0; number < STREAMS; number++)
            close(streams[number]);
        send(client, &child, sizeof(child), 0);
        waitpid(child, &status, 0);
        send(client, &status, sizeof(status), 0);
    }
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
            serve(atoi(getenv("SIPRESP_WAITING")));
    }
    return registered;
}
