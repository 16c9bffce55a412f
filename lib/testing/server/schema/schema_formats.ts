/** The string formats that the API server checks. It ignores others. */

import { goRegExp } from "../values/mod.ts";

const HOSTNAME = goRegExp(
  "^([a-zA-Z0-9\\p{S}\\p{L}]((-?[a-zA-Z0-9\\p{S}\\p{L}]{0,62})?)|" +
    "([a-zA-Z0-9\\p{S}\\p{L}](([a-zA-Z0-9-\\p{S}\\p{L}]{0,61}[a-zA-Z0-9\\p{S}\\p{L}])?)(\\.)){1,}([a-zA-Z\\p{L}]){2,63})$",
);

const SHORT_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const LONG_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  bsonobjectid: (text) => /^[0-9a-fA-F]{24}$/.test(text),
  byte: (text) => /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/.test(text),
  cidr: isCidr,
  creditcard: isCreditCard,
  date: isDate,
  datetime: isDateTime,
  duration: isDuration,
  email: isEmail,
  hexcolor: (text) => /^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/.test(text),
  hostname: isHostname,
  ipv4: (text) => isIpv4(text) || (text.includes(".") && isIpv6(text)),
  ipv6: isIpv6,
  isbn: (text) => isIsbn10(text) || isIsbn13(text),
  isbn10: isIsbn10,
  isbn13: isIsbn13,
  k8slongname: (text) => text.length <= 253 && LONG_NAME.test(text),
  k8sshortname: (text) => text.length <= 63 && SHORT_NAME.test(text),
  mac: isMac,
  rgbcolor: isRgb,
  ssn: (text) => /^\d{3}[- ]\d{2}[- ]\d{4}$/.test(text),
  uri: isUri,
  uuid: (text) => isUuid(text, "[0-9a-f]{4}", "[0-9a-f]{4}"),
  uuid3: (text) => isUuid(text, "3[0-9a-f]{3}", "[0-9a-f]{4}"),
  uuid4: (text) => isUuid(text, "4[0-9a-f]{3}", "[89ab][0-9a-f]{3}"),
  uuid5: (text) => isUuid(text, "5[0-9a-f]{3}", "[89ab][0-9a-f]{3}"),
};

/** Whether a text violates the format. */
export function formatProblem(text: string, format: string): boolean {
  const name = format.replaceAll("-", "");
  return Object.hasOwn(FORMATS, name) && !FORMATS[name]!(text);
}

function isUuid(text: string, third: string, fourth: string): boolean {
  return new RegExp(`^[0-9a-f]{8}-?[0-9a-f]{4}-?${third}-?${fourth}-?[0-9a-f]{12}$`, "i").test(text);
}

function isDate(text: string): boolean {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (!match) return false;
  const [year, month, day] = match.slice(1).map(Number);
  return month! >= 1 && month! <= 12 && day! >= 1 && day! <= new Date(Date.UTC(year!, month!, 0)).getUTCDate();
}

function isDateTime(text: string): boolean {
  const [date, time] = text.toLowerCase().split("t");
  const match = /^(\d{2}):(\d{2}):(\d{2})(.\d+)?(z|[+-]\d{2}:\d{2})$/.exec(time ?? "");
  return isDate(date!) && match !== null && match[1]! <= "23" && match[2]! <= "59" && match[3]! <= "59";
}

/** Units of durations as people write them. A word that begins with the last one of a line has that unit too. */
const UNITS = [
  ["ns", "nano"],
  ["us", "µs", "micro"],
  ["ms", "milli"],
  ["s", "sec"],
  ["m", "min"],
  ["h", "hr", "hour"],
  ["d", "day"],
  ["w", "wk", "week"],
];

function isDuration(text: string): boolean {
  if (/^[-+]?((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))+$|^[-+]?0$/.test(text)) return true;
  return [...text.matchAll(/(\d+)\s*([A-Za-zµ]+)/g)].some(([, , unit]) => {
    const lower = unit!.trim().toLowerCase();
    return UNITS.some((variants) => lower.startsWith(variants.at(-1)!) || variants.includes(lower));
  });
}

const ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\-\\u0080-\\uffff]+";
const LOCAL = `(?:${ATOM}(?:\\.${ATOM})*|"(?:[^"\\\\\\r\\n]|\\\\.)+")`;
const ADDRESS = `${LOCAL}@(?:${ATOM}(?:\\.${ATOM})*|\\[[^\\]\\[\\\\\\s]+\\])`;
const EMAIL = new RegExp(`^\\s*(?:${ADDRESS}|(?:(?:${ATOM}|\\.|"(?:[^"\\\\]|\\\\.)*")\\s*)*<${ADDRESS}>)\\s*$`);

function isEmail(text: string): boolean {
  return EMAIL.test(text);
}

function isHostname(text: string): boolean {
  const bytes = new TextEncoder();
  return HOSTNAME.test(text) && bytes.encode(text).length <= 255 &&
    text.split(".").every((label) => bytes.encode(label).length <= 63);
}

function isIpv4(text: string): boolean {
  const parts = text.split(".");
  return parts.length === 4 && parts.every((part) => /^\d+$/.test(part) && Number(part) <= 255);
}

function isIpv6(text: string): boolean {
  return text.includes(":") && /^[0-9a-fA-F:.]+$/.test(text) && URL.canParse(`http://[${text}]/`);
}

function isCidr(text: string): boolean {
  const [address, length, ...more] = text.split("/");
  if (length === undefined || more.length > 0 || !/^\d+$/.test(length)) return false;
  if (isIpv4(address!)) return Number(length) <= 32;
  return isIpv6(address!) && Number(length) <= 128;
}

function isMac(text: string): boolean {
  const octets = "([0-9a-fA-F]{2})";
  return [6, 8, 20].some((count) =>
    new RegExp(`^${octets}(:${octets}){${count - 1}}$|^${octets}(-${octets}){${count - 1}}$`).test(text) ||
    new RegExp(`^[0-9a-fA-F]{4}(\\.[0-9a-fA-F]{4}){${count / 2 - 1}}$`).test(text)
  );
}

/** An absolute path, or a URI with a scheme. */
function isUri(text: string): boolean {
  // deno-lint-ignore no-control-regex
  if (text === "" || /[\x00-\x1f\x7f]/.test(text)) return false;
  if (text === "*") return true;
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:/.exec(text)?.[0] ?? "";
  const rest = text.slice(scheme.length).replace(/[?].*$/, "");
  if (!rest.startsWith("/")) return scheme !== "";
  const authority = /^\/\/([^/]*)/.exec(rest)?.[1] ?? "";
  const path = rest.slice(rest.startsWith("//") ? authority.length + 2 : 0);
  return isAuthority(authority) && !/%(?![0-9A-Fa-f]{2})/.test(path);
}

function isAuthority(authority: string): boolean {
  const host = authority.slice(authority.lastIndexOf("@") + 1);
  if (host.startsWith("[")) return /^\[[^\]]*\](:\d*)?$/.test(host);
  return /^[^\s"<>\\^`{|}%:]*(:\d*)?$/.test(host) || /^(?:[^\s"<>\\^`{|}%:]|%[0-9A-Fa-f]{2})*(:\d*)?$/.test(host);
}

function isRgb(text: string): boolean {
  const match = /^rgb\(\s*(0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])\s*(?:,\s*(0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])\s*){2}\)$/;
  return match.test(text);
}

function isCreditCard(text: string): boolean {
  const digits = text.replace(/\D+/g, "");
  const known =
    /^(?:4\d{12}(?:\d{3})?|5[1-5]\d{14}|6(?:011|5\d\d)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|(?:2131|1800|35\d{3})\d{11})$/;
  return known.test(digits) && luhn(digits);
}

/** The check digit of card numbers: every second digit from the right is doubled. */
function luhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

function isIsbn10(text: string): boolean {
  const digits = text.replace(/[\s-]+/g, "");
  if (!/^(?:\d{9}X|\d{10})$/.test(digits)) return false;
  const sum = [...digits].reduce(
    (total, digit, index) => total + (10 - index) * (digit === "X" ? 10 : Number(digit)),
    0,
  );
  return sum % 11 === 0;
}

function isIsbn13(text: string): boolean {
  const digits = text.replace(/[\s-]+/g, "");
  if (!/^\d{13}$/.test(digits)) return false;
  return [...digits].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0) % 10 === 0;
}
