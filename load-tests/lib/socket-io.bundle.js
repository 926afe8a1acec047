/*
* Made by load-tests/lib/bundle.ts from load-tests/lib/socket-io and the npm packages socket.io-parser and
* @socket.io/component-emitter (both MIT). Do not edit: change the sources and run `npm run load:bundle`.
*/
import { WebSocket } from "k6/websockets";
import { clearTimeout, setTimeout } from "k6/timers";
// load-tests/lib/socket-io/backoff.ts
const DEFAULT_RECONNECTION = {
	attempts: Infinity,
	delayMs: 1e3,
	delayMsMax: 5e3,
	jitter: .5
};
/** ms to wait before attempt `attempt` (from 0). `random`: 0 ≤ n < 1. */
function backoffMs(rule, attempt, random) {
	const delayMs = Math.min(rule.delayMsMax, rule.delayMs * 2 ** Math.min(attempt, 30));
	return Math.min(rule.delayMsMax, delayMs * (1 + rule.jitter * (2 * random() - 1)));
}
// load-tests/lib/socket-io/timer.ts
/** A whole millisecond is cut off where moments are read, ms. */
const CUT_MS = 1;
/**
* One of k6's timers that is never early. In k6 1.8 a virtual user that is busy for some milliseconds fires the wrong one: when a
* timer is cleared or set while the turn of another is already queued, that turn goes to the next in the queue, however far
* it is (grafana/k6#5199, #6351). An answer's timeout of 10 s then ends after 60 ms. Such a timer goes back to wait.
*/
var Timer = class {
	#dueAtMs;
	#act;
	#id;
	constructor(act, ms) {
		this.#act = act;
		this.#dueAtMs = Date.now() + ms;
		this.#id = this.#wait(ms);
	}
	clear() {
		clearTimeout(this.#id);
	}
	#wait(ms) {
		return setTimeout(() => this.#fire(), Math.max(0, ms));
	}
	#fire() {
		const leftMs = this.#dueAtMs - Date.now();
		if (leftMs > CUT_MS) this.#id = this.#wait(leftMs);
		else this.#act();
	}
};
// load-tests/lib/socket-io/engine.ts
const PACKET = {
	open: "0",
	close: "1",
	ping: "2",
	pong: "3",
	message: "4"
};
/** WebSocket's readyState; k6 exports no enum as a value. */
const CONNECTING = 0;
/**
* As k6 1.8 is written, a message that arrives before it has told of the open connection is dropped (its reader starts
* first): it would be the open packet, since the server speaks first. Then we go on without it after so long, ms.
*/
const OPEN_PACKET_MS = 500;
/** What is promised instead: twice the defaults of socket.io, ms. */
const UNKNOWN_HANDSHAKE = {
	pingInterval: 5e4,
	pingTimeout: 4e4
};
/** One connection. Keeps no timer and no listener once it is closed: k6 ends an iteration when nothing is left to wait for. */
var Engine = class {
	#ws;
	#listener;
	#state = "opening";
	#silenceMsMax = 0;
	#timer;
	#fault = "";
	constructor(options, listener) {
		this.#listener = listener;
		this.#ws = new WebSocket(options.url, null, {
			headers: { ...options.headers },
			tags: { ...options.tags }
		});
		Object.assign(this.#ws, { binaryType: "arraybuffer" });
		this.#ws.onmessage = (event) => this.#receive(event?.data);
		this.#ws.onerror = (event) => {
			this.#fault = event?.error ?? "unknown fault";
			this.#end(this.#fault.includes("websocket: close") ? "transport close" : "transport error");
		};
		this.#ws.onclose = () => this.#end("transport close");
		this.#ws.onopen = () => this.#awaitOpenPacket();
	}
	sendText(message) {
		if (this.#state === "open") this.#ws.send(PACKET.message + message);
	}
	sendBinary(message) {
		if (this.#state === "open") this.#ws.send(message);
	}
	/** A frame as it is, for tests of servers: garbage too. */
	sendRaw(frame) {
		if (this.#state === "open") this.#ws.send(frame);
	}
	close() {
		if (this.#state === "open") this.#ws.send(PACKET.close);
		this.#end("forced close");
	}
	/** As a broken link ends it: without a word. `fault`: what is told as the reason. */
	abandon(fault = "") {
		this.#fault = fault;
		this.#end("transport error");
	}
	#receive(frame) {
		if (this.#state === "closed") return;
		if (typeof frame !== "string") return this.#listener.message(frame);
		switch (frame[0]) {
			case PACKET.message: return this.#listener.message(frame.slice(1));
			case PACKET.ping:
				this.#ws.send(PACKET.pong);
				return this.#expectPing();
			case PACKET.open: return this.#open(JSON.parse(frame.slice(1)));
			case PACKET.close: return this.#end("transport close");
		}
	}
	#awaitOpenPacket() {
		if (this.#state === "closed") return this.#ws.close();
		if (this.#state === "opening") this.#timer = new Timer(() => this.#open(UNKNOWN_HANDSHAKE), OPEN_PACKET_MS);
	}
	#open({ pingInterval, pingTimeout }) {
		this.#silenceMsMax = pingInterval + pingTimeout;
		this.#expectPing();
		if (this.#state !== "opening") return;
		this.#state = "open";
		this.#listener.opened();
	}
	/** The server pings; silence for longer than it promised means that the link is dead. */
	#expectPing() {
		this.#timer?.clear();
		this.#timer = new Timer(() => this.#end("ping timeout"), this.#silenceMsMax);
	}
	#end(reason) {
		if (this.#state === "closed") return;
		this.#state = "closed";
		this.#timer?.clear();
		if (this.#ws.readyState !== CONNECTING) this.#ws.close();
		this.#listener.closed(reason, this.#fault);
	}
};
// load-tests/lib/socket-io/event-map.ts
/** The handshake failed. `data`: what the server's middleware said; absent when it was not that which failed. */
var ConnectError = class extends Error {
	name = "ConnectError";
	why;
	data;
	constructor(message, why, data) {
		super(message);
		this.why = why;
		this.data = data;
	}
};
/** An acknowledgement did not come: in time, or before the connection ended. */
var NoAnswerError = class extends Error {
	name = "NoAnswerError";
	event;
	why;
	constructor(event, cause) {
		super(cause === "timeout" ? `${event}: no acknowledgement in time` : `${event}: the connection ended before its answer`);
		this.event = event;
		this.why = cause;
	}
};
// load-tests/lib/socket-io/listeners.ts
/** Who listens to which event of one socket. */
var Listeners = class {
	/** Lists are replaced, never changed: one that is being told stays as it was. */
	#byEvent = /* @__PURE__ */ new Map();
	add(event, listener) {
		this.#byEvent.set(event, [...this.#byEvent.get(event) ?? [], listener]);
	}
	remove(event, listener) {
		const left = (this.#byEvent.get(event) ?? []).filter((each) => each !== listener);
		if (left.length > 0) this.#byEvent.set(event, left);
		else this.#byEvent.delete(event);
	}
	/** `said`: the event's name and its parameters, as a packet has them. */
	tell(said) {
		const listeners = this.#byEvent.get(said[0]);
		if (listeners === void 0) return;
		if (said.length === 2) for (let place = 0; place < listeners.length; place++) listeners[place]?.(said[1]);
		else for (const listener of listeners) listener(...said.slice(1));
	}
};
// node_modules/.pnpm/@socket.io+component-emitter@3.1.2/node_modules/@socket.io/component-emitter/lib/esm/index.js
/**
* Initialize a new `Emitter`.
*
* @api public
*/
function Emitter(obj) {
	if (obj) return mixin(obj);
}
/**
* Mixin the emitter properties.
*
* @param {Object} obj
* @return {Object}
* @api private
*/
function mixin(obj) {
	for (var key in Emitter.prototype) obj[key] = Emitter.prototype[key];
	return obj;
}
/**
* Listen on the given `event` with `fn`.
*
* @param {String} event
* @param {Function} fn
* @return {Emitter}
* @api public
*/
Emitter.prototype.on = Emitter.prototype.addEventListener = function(event, fn) {
	this._callbacks = this._callbacks || {};
	(this._callbacks["$" + event] = this._callbacks["$" + event] || []).push(fn);
	return this;
};
/**
* Adds an `event` listener that will be invoked a single
* time then automatically removed.
*
* @param {String} event
* @param {Function} fn
* @return {Emitter}
* @api public
*/
Emitter.prototype.once = function(event, fn) {
	function on() {
		this.off(event, on);
		fn.apply(this, arguments);
	}
	on.fn = fn;
	this.on(event, on);
	return this;
};
/**
* Remove the given callback for `event` or all
* registered callbacks.
*
* @param {String} event
* @param {Function} fn
* @return {Emitter}
* @api public
*/
Emitter.prototype.off = Emitter.prototype.removeListener = Emitter.prototype.removeAllListeners = Emitter.prototype.removeEventListener = function(event, fn) {
	this._callbacks = this._callbacks || {};
	if (0 == arguments.length) {
		this._callbacks = {};
		return this;
	}
	var callbacks = this._callbacks["$" + event];
	if (!callbacks) return this;
	if (1 == arguments.length) {
		delete this._callbacks["$" + event];
		return this;
	}
	var cb;
	for (var i = 0; i < callbacks.length; i++) {
		cb = callbacks[i];
		if (cb === fn || cb.fn === fn) {
			callbacks.splice(i, 1);
			break;
		}
	}
	if (callbacks.length === 0) delete this._callbacks["$" + event];
	return this;
};
/**
* Emit `event` with the given args.
*
* @param {String} event
* @param {Mixed} ...
* @return {Emitter}
*/
Emitter.prototype.emit = function(event) {
	this._callbacks = this._callbacks || {};
	var args = new Array(arguments.length - 1), callbacks = this._callbacks["$" + event];
	for (var i = 1; i < arguments.length; i++) args[i - 1] = arguments[i];
	if (callbacks) {
		callbacks = callbacks.slice(0);
		for (var i = 0, len = callbacks.length; i < len; ++i) callbacks[i].apply(this, args);
	}
	return this;
};
Emitter.prototype.emitReserved = Emitter.prototype.emit;
/**
* Return array of callbacks for `event`.
*
* @param {String} event
* @return {Array}
* @api public
*/
Emitter.prototype.listeners = function(event) {
	this._callbacks = this._callbacks || {};
	return this._callbacks["$" + event] || [];
};
/**
* Check if this emitter has `event` handlers.
*
* @param {String} event
* @return {Boolean}
* @api public
*/
Emitter.prototype.hasListeners = function(event) {
	return !!this.listeners(event).length;
};
// node_modules/.pnpm/socket.io-parser@4.2.7/node_modules/socket.io-parser/build/esm/is-binary.js
const withNativeArrayBuffer = typeof ArrayBuffer === "function";
const isView = (obj) => {
	return typeof ArrayBuffer.isView === "function" ? ArrayBuffer.isView(obj) : obj.buffer instanceof ArrayBuffer;
};
const toString = Object.prototype.toString;
const withNativeBlob = typeof Blob === "function" || typeof Blob !== "undefined" && toString.call(Blob) === "[object BlobConstructor]";
const withNativeFile = typeof File === "function" || typeof File !== "undefined" && toString.call(File) === "[object FileConstructor]";
/**
* Returns true if obj is a Buffer, an ArrayBuffer, a Blob or a File.
*
* @private
*/
function isBinary(obj) {
	return withNativeArrayBuffer && (obj instanceof ArrayBuffer || isView(obj)) || withNativeBlob && obj instanceof Blob || withNativeFile && obj instanceof File;
}
function hasBinary(obj, toJSON) {
	if (!obj || typeof obj !== "object") return false;
	if (Array.isArray(obj)) {
		for (let i = 0, l = obj.length; i < l; i++) if (hasBinary(obj[i])) return true;
		return false;
	}
	if (isBinary(obj)) return true;
	if (obj.toJSON && typeof obj.toJSON === "function" && arguments.length === 1) return hasBinary(obj.toJSON(), true);
	for (const key in obj) if (Object.prototype.hasOwnProperty.call(obj, key) && hasBinary(obj[key])) return true;
	return false;
}
// node_modules/.pnpm/socket.io-parser@4.2.7/node_modules/socket.io-parser/build/esm/binary.js
/**
* Replaces every Buffer | ArrayBuffer | Blob | File in packet with a numbered placeholder.
*
* @param {Object} packet - socket.io event packet
* @return {Object} with deconstructed packet and list of buffers
* @public
*/
function deconstructPacket(packet) {
	const buffers = [];
	const packetData = packet.data;
	const pack = packet;
	pack.data = _deconstructPacket(packetData, buffers);
	pack.attachments = buffers.length;
	return {
		packet: pack,
		buffers
	};
}
function _deconstructPacket(data, buffers, toJSON) {
	if (!data) return data;
	if (isBinary(data)) {
		const placeholder = {
			_placeholder: true,
			num: buffers.length
		};
		buffers.push(data);
		return placeholder;
	} else if (Array.isArray(data)) {
		const newData = new Array(data.length);
		for (let i = 0; i < data.length; i++) newData[i] = _deconstructPacket(data[i], buffers);
		return newData;
	} else if (typeof data === "object" && !(data instanceof Date)) {
		if (data.toJSON && typeof data.toJSON === "function" && !toJSON) return _deconstructPacket(data.toJSON(), buffers, true);
		const newData = {};
		for (const key in data) if (Object.prototype.hasOwnProperty.call(data, key)) newData[key] = _deconstructPacket(data[key], buffers);
		return newData;
	}
	return data;
}
/**
* Reconstructs a binary packet from its placeholder packet and buffers
*
* @param {Object} packet - event packet with placeholders
* @param {Array} buffers - binary buffers to put in placeholder positions
* @return {Object} reconstructed packet
* @public
*/
function reconstructPacket(packet, buffers) {
	packet.data = _reconstructPacket(packet.data, buffers);
	delete packet.attachments;
	return packet;
}
function _reconstructPacket(data, buffers) {
	if (!data) return data;
	if (data && data._placeholder === true) {
		if (typeof data.num === "number" && data.num >= 0 && data.num < buffers.length) return buffers[data.num];
		else throw new Error("illegal attachments");
	} else if (Array.isArray(data)) for (let i = 0; i < data.length; i++) data[i] = _reconstructPacket(data[i], buffers);
	else if (typeof data === "object") {
		for (const key in data) if (Object.prototype.hasOwnProperty.call(data, key)) data[key] = _reconstructPacket(data[key], buffers);
	}
	return data;
}
// node_modules/.pnpm/socket.io-parser@4.2.7/node_modules/socket.io-parser/build/esm/index.js
/**
* These strings must not be used as event names, as they have a special meaning.
*/
const RESERVED_EVENTS = [
	"connect",
	"connect_error",
	"disconnect",
	"disconnecting",
	"newListener",
	"removeListener"
];
var PacketType;
(function(PacketType) {
	PacketType[PacketType["CONNECT"] = 0] = "CONNECT";
	PacketType[PacketType["DISCONNECT"] = 1] = "DISCONNECT";
	PacketType[PacketType["EVENT"] = 2] = "EVENT";
	PacketType[PacketType["ACK"] = 3] = "ACK";
	PacketType[PacketType["CONNECT_ERROR"] = 4] = "CONNECT_ERROR";
	PacketType[PacketType["BINARY_EVENT"] = 5] = "BINARY_EVENT";
	PacketType[PacketType["BINARY_ACK"] = 6] = "BINARY_ACK";
})(PacketType || (PacketType = {}));
/**
* A socket.io Encoder instance
*/
var Encoder = class {
	/**
	* Encoder constructor
	*
	* @param {function} replacer - custom replacer to pass down to JSON.parse
	*/
	constructor(replacer) {
		this.replacer = replacer;
	}
	/**
	* Encode a packet as a single string if non-binary, or as a
	* buffer sequence, depending on packet type.
	*
	* @param {Object} obj - packet object
	*/
	encode(obj) {
		if (obj.type === PacketType.EVENT || obj.type === PacketType.ACK) {
			if (hasBinary(obj)) return this.encodeAsBinary({
				type: obj.type === PacketType.EVENT ? PacketType.BINARY_EVENT : PacketType.BINARY_ACK,
				nsp: obj.nsp,
				data: obj.data,
				id: obj.id
			});
		}
		return [this.encodeAsString(obj)];
	}
	/**
	* Encode packet as string.
	*/
	encodeAsString(obj) {
		let str = "" + obj.type;
		if (obj.type === PacketType.BINARY_EVENT || obj.type === PacketType.BINARY_ACK) str += obj.attachments + "-";
		if (obj.nsp && "/" !== obj.nsp) str += obj.nsp + ",";
		if (null != obj.id) str += obj.id;
		if (null != obj.data) str += JSON.stringify(obj.data, this.replacer);
		return str;
	}
	/**
	* Encode packet as 'buffer sequence' by removing blobs, and
	* deconstructing packet into object with placeholders and
	* a list of buffers.
	*/
	encodeAsBinary(obj) {
		const deconstruction = deconstructPacket(obj);
		const pack = this.encodeAsString(deconstruction.packet);
		const buffers = deconstruction.buffers;
		buffers.unshift(pack);
		return buffers;
	}
};
/**
* A socket.io Decoder instance
*
* @return {Object} decoder
*/
var Decoder = class Decoder extends Emitter {
	/**
	* Decoder constructor
	*/
	constructor(opts) {
		super();
		this.opts = Object.assign({
			reviver: void 0,
			maxAttachments: 10
		}, typeof opts === "function" ? { reviver: opts } : opts);
	}
	/**
	* Decodes an encoded packet string into packet JSON.
	*
	* @param {String} obj - encoded packet
	*/
	add(obj) {
		let packet;
		if (typeof obj === "string") {
			if (this.reconstructor) throw new Error("got plaintext data when reconstructing a packet");
			packet = this.decodeString(obj);
			const isBinaryEvent = packet.type === PacketType.BINARY_EVENT;
			if (isBinaryEvent || packet.type === PacketType.BINARY_ACK) {
				packet.type = isBinaryEvent ? PacketType.EVENT : PacketType.ACK;
				this.reconstructor = new BinaryReconstructor(packet);
			} else super.emitReserved("decoded", packet);
		} else if (isBinary(obj) || obj.base64) {
			if (!this.reconstructor) throw new Error("got binary data when not reconstructing a packet");
			else {
				packet = this.reconstructor.takeBinaryData(obj);
				if (packet) {
					this.reconstructor = null;
					super.emitReserved("decoded", packet);
				}
			}
		} else throw new Error("Unknown type: " + obj);
	}
	/**
	* Decode a packet String (JSON data)
	*
	* @param {String} str
	* @return {Object} packet
	*/
	decodeString(str) {
		let i = 0;
		const p = { type: Number(str.charAt(0)) };
		if (PacketType[p.type] === void 0) throw new Error("unknown packet type " + p.type);
		if (p.type === PacketType.BINARY_EVENT || p.type === PacketType.BINARY_ACK) {
			const start = i + 1;
			while (str.charAt(++i) !== "-" && i != str.length);
			const buf = str.substring(start, i);
			if (buf != Number(buf) || str.charAt(i) !== "-") throw new Error("Illegal attachments");
			const n = Number(buf);
			if (!isInteger(n) || n < 1) throw new Error("Illegal attachments");
			else if (n > this.opts.maxAttachments) throw new Error("too many attachments");
			p.attachments = n;
		}
		if ("/" === str.charAt(i + 1)) {
			const start = i + 1;
			while (++i) {
				if ("," === str.charAt(i)) break;
				if (i === str.length) break;
			}
			p.nsp = str.substring(start, i);
		} else p.nsp = "/";
		const next = str.charAt(i + 1);
		if ("" !== next && Number(next) == next) {
			const start = i + 1;
			while (++i) {
				const c = str.charAt(i);
				if (null == c || Number(c) != c) {
					--i;
					break;
				}
				if (i === str.length) break;
			}
			p.id = Number(str.substring(start, i + 1));
		}
		if (str.charAt(++i)) {
			const payload = this.tryParse(str.substr(i));
			if (Decoder.isPayloadValid(p.type, payload)) p.data = payload;
			else throw new Error("invalid payload");
		}
		return p;
	}
	tryParse(str) {
		try {
			return JSON.parse(str, this.opts.reviver);
		} catch (e) {
			return false;
		}
	}
	static isPayloadValid(type, payload) {
		switch (type) {
			case PacketType.CONNECT: return isObject(payload);
			case PacketType.DISCONNECT: return payload === void 0;
			case PacketType.CONNECT_ERROR: return typeof payload === "string" || isObject(payload);
			case PacketType.EVENT:
			case PacketType.BINARY_EVENT: return Array.isArray(payload) && (typeof payload[0] === "number" || typeof payload[0] === "string" && RESERVED_EVENTS.indexOf(payload[0]) === -1);
			case PacketType.ACK:
			case PacketType.BINARY_ACK: return Array.isArray(payload);
		}
	}
	/**
	* Deallocates a parser's resources
	*/
	destroy() {
		if (this.reconstructor) {
			this.reconstructor.finishedReconstruction();
			this.reconstructor = null;
		}
	}
};
/**
* A manager of a binary event's 'buffer sequence'. Should
* be constructed whenever a packet of type BINARY_EVENT is
* decoded.
*
* @param {Object} packet
* @return {BinaryReconstructor} initialized reconstructor
*/
var BinaryReconstructor = class {
	constructor(packet) {
		this.packet = packet;
		this.buffers = [];
		this.reconPack = packet;
	}
	/**
	* Method to be called when binary data received from connection
	* after a BINARY_EVENT packet.
	*
	* @param {Buffer | ArrayBuffer} binData - the raw binary data received
	* @return {null | Object} returns null if more binary data is expected or
	*   a reconstructed packet object if all buffers have been received.
	*/
	takeBinaryData(binData) {
		this.buffers.push(binData);
		if (this.buffers.length === this.reconPack.attachments) {
			const packet = reconstructPacket(this.reconPack, this.buffers);
			this.finishedReconstruction();
			return packet;
		}
		return null;
	}
	/**
	* Cleans up binary packet reconstruction variables.
	*/
	finishedReconstruction() {
		this.reconPack = null;
		this.buffers = [];
	}
};
const isInteger = Number.isInteger || function(value) {
	return typeof value === "number" && isFinite(value) && Math.floor(value) === value;
};
function isObject(value) {
	return Object.prototype.toString.call(value) === "[object Object]";
}
// load-tests/lib/socket-io/packets.ts
const encoder = new Encoder();
/** A packet as the frames it is sent in: one text, then its binary attachments. */
function encode(packet) {
	return encoder.encode(packet);
}
/** Names that the official parser refuses in an event. */
const RESERVED = /* @__PURE__ */ new Set([
	"connect",
	"connect_error",
	"disconnect",
	"disconnecting",
	"newListener",
	"removeListener"
]);
/** `2[…`: an event to the default namespace that wants no answer and has no attachment. Nearly all that servers push is one. */
const isPlainEvent = (frame) => frame[0] === "2" && frame[1] === "[";
/** The packet of such a frame, as the official parser makes it in ten times as many steps; throws as it does. */
function plainEvent(frame) {
	const data = JSON.parse(frame.slice(1));
	const name = Array.isArray(data) ? data[0] : void 0;
	if (!(typeof name === "number" || typeof name === "string" && !RESERVED.has(name))) throw new Error("invalid payload");
	return {
		type: PacketType.EVENT,
		nsp: "/",
		data
	};
}
/** Frames remembered. Source: a guess: a crowd's sockets of one VU get the same frame within a few turns of the event loop. */
const FRAMES_REMEMBERED = 8;
/** The newest first. The key is what a socket received itself: the same text is the same packet. */
const recent = [];
function remembered(frame) {
	for (let place = 0; place < recent.length; place++) if (recent[place]?.frame === frame) return recent[place]?.packet;
}
function remember(frame, packet) {
	recent.unshift({
		frame,
		packet
	});
	if (recent.length > FRAMES_REMEMBERED) recent.pop();
}
/** Turns one connection's frames into packets. `share`: a broadcast is decoded once for all sockets of the VU. */
var PacketReader = class {
	#decoder = new Decoder();
	#share;
	#read;
	/** A packet's text has come, and not all of its attachments. */
	#isInParts = false;
	constructor(share) {
		this.#share = share;
		this.#decoder.on("decoded", (packet) => void (this.#read = packet));
	}
	/** The packet that this frame completes. Throws on a frame that is no packet, as the official parser does. */
	read(frame) {
		if (typeof frame !== "string" || this.#isInParts) return this.#decode(frame);
		const known = this.#share ? remembered(frame) : void 0;
		if (known !== void 0) return known;
		if (!isPlainEvent(frame)) return this.#decode(frame);
		const packet = plainEvent(frame);
		if (this.#share) remember(frame, packet);
		return packet;
	}
	#decode(frame) {
		this.#decoder.add(frame);
		const packet = this.#read;
		this.#read = void 0;
		this.#isInParts = packet === void 0;
		return packet;
	}
	/** Forgets a packet whose attachments never came. */
	close() {
		this.#decoder.destroy();
		this.#isInParts = false;
	}
};
// load-tests/lib/socket-io/pending-answers.ts
/** Acknowledgements that are waited for, by packet id. */
var PendingAnswers = class {
	#pending = /* @__PURE__ */ new Map();
	#nextId = 0;
	/** `send` gets the id that the server is to answer under; `givenUp`, too, when the answer did not come in time. */
	wait(event, timeoutMs, send, givenUp) {
		const id = this.#nextId++;
		return new Promise((resolve, reject) => {
			const timer = new Timer(() => {
				this.#pending.delete(id);
				givenUp(id);
				reject(new NoAnswerError(event, "timeout"));
			}, timeoutMs);
			this.#pending.set(id, {
				event,
				timer,
				resolve,
				reject
			});
			send(id);
		});
	}
	answered(id, parameters) {
		const pending = this.#pending.get(id);
		if (pending === void 0) return;
		this.#pending.delete(id);
		pending.timer.clear();
		pending.resolve(parameters[0]);
	}
	/** The connection has ended: nobody will answer, but those questions that were not sent yet. */
	rejectAll(isUnsent = () => false) {
		for (const [id, { event, timer, reject }] of this.#pending) {
			if (isUnsent(id)) continue;
			this.#pending.delete(id);
			timer.clear();
			reject(new NoAnswerError(event, "disconnected"));
		}
	}
};
// load-tests/lib/socket-io/socket-options.ts
/** Engine.IO 4 over WebSocket at once: no polling, nothing to upgrade. */
function urlOf(origin, { path = "/socket.io/", query = {} }) {
	const search = Object.entries({
		...query,
		EIO: "4",
		transport: "websocket"
	}).map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&");
	return `${origin.replace(/^http/, "ws").replace(/\/+$/, "")}${path}?${search}`;
}
// load-tests/lib/socket-io/client.ts
/** Events sent while there is no connection; beyond, the oldest go. Source: a guess, far above any user's patience. */
const UNSENT_MAX = 1e3;
const { EVENT } = PacketType;
/**
* A Socket.IO client (protocol 5 over Engine.IO 4, WebSocket only) for stock k6. `Hears` and `Sends` are the event maps of
* the server: what it pushes, and what it listens to.
*/
var SocketIo = class {
	/** The server's id of this connection; undefined while there is none. */
	id;
	#options;
	#url;
	#namespace;
	#listeners = new Listeners();
	#answers = new PendingAnswers();
	#reconnection;
	#reader;
	#engine;
	#unsent = [];
	#timer;
	#attempt = 0;
	#wanted = false;
	/** The dial of now, or the last. */
	#timedOut = false;
	/** Those who wait in `opened()`. */
	#opening = /* @__PURE__ */ new Set();
	/** `origin`: `http(s)://` or `ws(s)://host:port`. Nothing is dialled before `connect()`. */
	constructor(origin, options = {}) {
		this.#options = options;
		this.#namespace = options.namespace ?? "/";
		this.#url = urlOf(origin, options);
		this.#reconnection = options.reconnection === false ? void 0 : {
			...DEFAULT_RECONNECTION,
			...options.reconnection
		};
		this.#reader = this.#newReader();
	}
	get connected() {
		return this.id !== void 0;
	}
	/** Dials, unless it is there or on its way. Listen to `connect` and `connect_error`, or wait for `opened()`. */
	connect() {
		this.#wanted = true;
		if (this.#engine === void 0) this.#dial();
		return this;
	}
	/**
	* Dials and resolves when connected, at once when it is; rejects with a ConnectError, or when it is disconnected before, and
	* then does not try again. `tries`: so many dials may time out, by the rules of reconnection; other errors end it at once.
	*/
	opened(tries = 1) {
		if (this.connected) return Promise.resolve();
		let left = tries;
		return new Promise((resolve, reject) => {
			const settle = () => {
				this.#opening.delete(refused);
				this.#listeners.remove("connect", connected);
				this.#listeners.remove("connect_error", refused);
			};
			const connected = () => {
				settle();
				resolve();
			};
			const refused = (error) => {
				left -= 1;
				if (error.why === "timeout" && this.#wanted && left > 0) return;
				settle();
				this.disconnect();
				reject(error);
			};
			this.#opening.add(refused);
			this.#listeners.add("connect", connected);
			this.#listeners.add("connect_error", refused);
			this.connect();
		});
	}
	/** Ends the connection and every attempt; what waits for an answer is rejected. Without it an iteration never ends. */
	disconnect() {
		this.#wanted = false;
		this.#timer?.clear();
		this.#unsent = [];
		if (this.connected) this.#send({
			type: PacketType.DISCONNECT,
			nsp: this.#namespace
		});
		this.#engine?.close();
		this.#answers.rejectAll();
		for (const refuse of this.#opening) refuse(new ConnectError("io client disconnect", "given up"));
	}
	/** Breaks the connection without a word, as a dead link does; it is then made again by the rules of reconnection. */
	breakLink() {
		this.#engine?.abandon();
	}
	/** Sends a frame as it is, below Socket.IO: for tests of servers. */
	sendRaw(frame) {
		this.#engine?.sendRaw(frame);
	}
	on(event, listener) {
		this.#listeners.add(event, listener);
		return this;
	}
	off(event, listener) {
		this.#listeners.remove(event, listener);
		return this;
	}
	/** Resolves with the parameters of the event when it comes next. */
	next(event) {
		return new Promise((resolve) => {
			const listener = ((...parameters) => {
				this.off(event, listener);
				resolve(parameters);
			});
			this.on(event, listener);
		});
	}
	/** Sends an event; while there is no connection it waits for the next one. */
	emit(event, ...parameters) {
		this.#sendWhenConnected({
			type: PacketType.EVENT,
			nsp: this.#namespace,
			data: [event, ...parameters]
		});
	}
	/**
	* Sends an event, or keeps it for the next connection, and resolves with its acknowledgement. Rejects with NoAnswerError when
	* none comes in time, or the connection ends after it was sent; what was rejected is not sent any more.
	*/
	ask(event, ...parameters) {
		const timeoutMs = this.#options.ackTimeoutMs ?? 1e4;
		return this.#answers.wait(event, timeoutMs, (id) => this.#sendWhenConnected({
			type: PacketType.EVENT,
			nsp: this.#namespace,
			id,
			data: [event, ...parameters]
		}), (id) => this.#unsent = this.#unsent.filter((packet) => packet.id !== id));
	}
	#dial() {
		const { headers = {}, tags = {}, connectTimeoutMs = 2e4, auth = {} } = this.#options;
		this.#reader = this.#newReader();
		this.#timedOut = false;
		this.#timer = new Timer(() => {
			this.#timedOut = true;
			this.#engine?.abandon(`no connection in ${connectTimeoutMs} ms`);
		}, connectTimeoutMs);
		this.#engine = new Engine({
			url: this.#url,
			headers,
			tags
		}, {
			opened: () => this.#send({
				type: PacketType.CONNECT,
				nsp: this.#namespace,
				data: typeof auth === "function" ? auth() : auth
			}),
			message: (message) => this.#read(message),
			closed: (reason, detail) => this.#closed(reason, detail)
		});
	}
	#newReader() {
		return new PacketReader(this.#options.shareDecoded === true);
	}
	#read(message) {
		let packet;
		try {
			packet = this.#reader.read(message);
		} catch (fault) {
			console.error(`not a Socket.IO packet: ${String(fault)}`);
			this.#engine?.abandon();
		}
		if (packet !== void 0 && packet.nsp === this.#namespace) this.#receive(packet);
	}
	#receive(packet) {
		if (packet.type === EVENT) return this.#heard(packet);
		switch (packet.type) {
			case PacketType.CONNECT: return this.#connected(packet.data.sid);
			case PacketType.CONNECT_ERROR: {
				const { message, data } = packet.data;
				return this.#refused(new ConnectError(message, "refused", data));
			}
			case PacketType.DISCONNECT:
				this.#wanted = false;
				return this.#closed("io server disconnect", "");
			case PacketType.BINARY_EVENT:
			case PacketType.BINARY_ACK: return;
			case PacketType.ACK: return this.#answers.answered(packet.id, packet.data);
		}
	}
	#heard(packet) {
		const said = packet.data;
		const { id } = packet;
		if (id === void 0) return this.#listeners.tell(said);
		const answer = (...answers) => this.#send({
			type: PacketType.ACK,
			nsp: this.#namespace,
			id,
			data: answers
		});
		this.#listeners.tell([...said, answer]);
	}
	#connected(id) {
		this.#timer?.clear();
		this.id = id;
		this.#attempt = 0;
		const unsent = this.#unsent;
		this.#unsent = [];
		for (const packet of unsent) this.#send(packet);
		this.#listeners.tell(["connect"]);
	}
	/** Refused by the server's middleware: as socket.io-client, it is not tried again unless `connect()` is called. */
	#refused(error) {
		this.#wanted = false;
		const engine = this.#engine;
		this.#engine = void 0;
		this.#timer?.clear();
		engine?.close();
		this.#listeners.tell(["connect_error", error]);
	}
	/** The engine has ended, or is to: tell it, and dial again when that is wanted. */
	#closed(reason, detail) {
		const engine = this.#engine;
		if (engine === void 0) return;
		this.#engine = void 0;
		engine.close();
		this.#timer?.clear();
		this.#reader.close();
		const wasConnected = this.connected;
		this.id = void 0;
		const unsent = new Set(this.#unsent.map((packet) => packet.id));
		this.#answers.rejectAll((id) => unsent.has(id));
		if (this.#wanted) this.#dialLater();
		if (wasConnected) this.#listeners.tell(["disconnect", reason === "forced close" ? "io client disconnect" : reason]);
		else if (reason !== "forced close") this.#listeners.tell(["connect_error", new ConnectError(detail || reason, this.#timedOut ? "timeout" : "lost")]);
	}
	#dialLater() {
		const rule = this.#reconnection;
		if (rule === void 0) {
			this.#wanted = false;
			return;
		}
		if (this.#attempt >= rule.attempts) {
			this.#wanted = false;
			return this.#listeners.tell(["reconnect_failed"]);
		}
		const waitMs = backoffMs(rule, this.#attempt, this.#options.random ?? Math.random);
		this.#attempt += 1;
		this.#timer = new Timer(() => {
			this.#listeners.tell(["reconnect_attempt", this.#attempt]);
			if (this.#wanted && this.#engine === void 0) this.#dial();
		}, waitMs);
	}
	#sendWhenConnected(packet) {
		if (this.connected) return this.#send(packet);
		this.#unsent.push(packet);
		if (this.#unsent.length > UNSENT_MAX) this.#unsent.shift();
	}
	#send(packet) {
		const [text, ...attachments] = encode(packet);
		this.#engine?.sendText(text);
		for (const attachment of attachments) this.#engine?.sendBinary(attachment);
	}
};
export { ConnectError, DEFAULT_RECONNECTION, NoAnswerError, SocketIo, Timer, backoffMs };
