-- sipresp.lua
-- The same three fields as a Lua post-dissector, to compare its cost with that of the plugin.
--
-- SPDX-License-Identifier: GPL-2.0-or-later

local response = Proto("sipresplua", "SIP response (Lua)")
local class = ProtoField.uint8("sipresplua.class", "Class")
local code = ProtoField.uint16("sipresplua.code", "Status code")
local method = ProtoField.string("sipresplua.method", "Answers")
response.fields = { class, code, method }

local sip_code = Field.new("sip.Status-Code")
local sip_method = Field.new("sip.CSeq.method")

function response.dissector(buffer, pinfo, tree)
    local codes, methods = { sip_code() }, { sip_method() }
    for i, found in ipairs(codes) do
        local item = tree:add(response, found.range)
        item:add(class, found.range(0, 1), math.floor(found.value / 100))
        item:add(code, found.range, found.value)
        if methods[i] then
            item:add(method, methods[i].range, methods[i].value)
        end
    end
end

register_postdissector(response)
