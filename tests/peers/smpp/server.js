// An SMSC on npm's smpp: JSON lines in (what to do), JSON lines out (what was seen). Used by tests/gateways/sms/peers.py.
"use strict";

const readline = require("readline");
const smpp = require("smpp");

const say = (fact) => process.stdout.write(JSON.stringify(fact) + "\n");
const switches = { quiet: false, receipts: true, reorder: 0, hexIds: false, refuseBinds: false };
const sessions = new Set();
const tries = new Map();
let held = [];
let lastId = 0;
let taken = 0;

// What happens to a number ending in 9899xx: the same endings as the shipped simulator's.
const REFUSED = "01", THROTTLED = "02", CUT = "03", VENDOR = "04", FAILED = "05", SILENT = "06", SLOW = "07",
  SOFT = "08", EARLY = "09";

function ending(number) {
  const found = /^336399899(\d\d)$/.exec(number);
  return found ? found[1] : "";
}

function times(number) {
  tries.set(number, (tries.get(number) || 0) + 1);
  return tries.get(number);
}

function status(pdu) {
  const what = ending(pdu.destination_addr);
  if (what === REFUSED) return smpp.ESME_RINVDSTADR;
  if (what === SOFT) return smpp.ESME_RSUBMITFAIL;
  if (what === THROTTLED && times(pdu.destination_addr) < 3) return smpp.ESME_RTHROTTLED;
  return smpp.ESME_ROK;
}

function receipt(session, pdu, id) {
  const what = ending(pdu.destination_addr);
  const decimal = switches.hexIds ? String(id) : name(id);
  const failed = what === VENDOR || what === FAILED;
  const fields = {
    source_addr_ton: 1, source_addr_npi: 1, source_addr: pdu.destination_addr,
    destination_addr: pdu.source_addr, esm_class: smpp.ESM_CLASS.MC_DELIVERY_RECEIPT,
    short_message: `id:${decimal} sub:001 dlvrd:001 submit date:2611220140 done date:261122014001 ` +
      `stat:${failed ? "UNDELIV" : "DELIVRD"} err:${failed ? "1B" : "000"} text:Bonjour`,
  };
  if (what !== VENDOR) {
    fields.receipted_message_id = decimal;
    fields.message_state = failed ? 5 : 2;
  }
  session.deliver_sm(fields, (answer) => say({ acknowledged: decimal, status: answer.command_status }));
}

function name(id) {
  return switches.hexIds ? id.toString(16).toUpperCase() : `n-${id}`;
}

function accept(session, pdu) {
  const what = ending(pdu.destination_addr);
  const verdict = status(pdu);
  const id = ++lastId;
  const early = what === EARLY && verdict === smpp.ESME_ROK;
  if (early) receipt(session, pdu, id);
  session.send(pdu.response({ command_status: verdict, message_id: verdict ? "" : name(id) }));
  if (verdict === smpp.ESME_ROK && switches.receipts && !early) receipt(session, pdu, id);
}

function submitted(session, pdu) {
  const what = ending(pdu.destination_addr);
  taken += 1;
  if (!switches.quiet) say({ submitted: seen(pdu) });
  if (what === CUT && times(pdu.destination_addr) === 1) return session.destroy();
  if (what === SILENT) return undefined;
  if (what === SLOW) return setTimeout(() => accept(session, pdu), 500);
  if (!switches.reorder) return accept(session, pdu);
  held.push(() => accept(session, pdu));
  if (held.length >= switches.reorder) {
    held.reverse().forEach((answer) => answer());
    held = [];
  }
  return undefined;
}

function seen(pdu) {
  const message = pdu.short_message;
  return {
    to: pdu.destination_addr, ton: pdu.dest_addr_ton, sender: pdu.source_addr, sender_ton: pdu.source_addr_ton,
    text: String(message.message), header: (message.udh || []).map((each) => each.toString("hex")),
    coding: pdu.data_coding, receipt: pdu.registered_delivery, validity: pdu.validity_period_raw || "",
    priority: pdu.priority_flag,
  };
}

const server = smpp.createServer((session) => {
  session.socket.setNoDelay(true);
  sessions.add(session);
  session.on("close", () => sessions.delete(session));
  session.on("error", () => sessions.delete(session));
  session.on("bind_transceiver", (pdu) => {
    const refused = switches.refuseBinds || pdu.password !== "secret";
    session.send(pdu.response({ command_status: refused ? smpp.ESME_RINVPASWD : smpp.ESME_ROK }));
    say({ bound: !refused });
  });
  session.on("submit_sm", (pdu) => submitted(session, pdu));
  session.on("enquire_link", (pdu) => session.send(pdu.response()));
  session.on("unbind", (pdu) => {
    session.send(pdu.response());
    session.close();
  });
});

function write(order) {
  const fields = {
    source_addr_ton: 1, source_addr_npi: 1, source_addr: order.from, destination_addr: order.to,
    esm_class: order.header ? 0x40 : 0, data_coding: 0,
    short_message: Buffer.from(order.header + order.data, "hex"),
  };
  sessions.forEach((session) =>
    session.deliver_sm(fields, (answer) => say({ acknowledged: order.data, status: answer.command_status })));
}

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const order = JSON.parse(line);
  if (order.write) write(order.write);
  else if (order.cut) sessions.forEach((session) => session.destroy());
  else if (order.count) say({ count: taken });
  else Object.assign(switches, order);
}).on("close", () => process.exit(0));

server.listen(Number(process.argv[2]), "127.0.0.1", () => say({ listening: true }));
