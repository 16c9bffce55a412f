/** The formats of texts that the API server checks. Others it ignores. */

const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  "date-time": (text) => /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(text) && isDate(text),
  date: (text) => /^\d{4}-\d\d-\d\d$/.test(text) && isDate(text),
  duration: (text) => /^[-+]?((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))+$|^0$/.test(text),
  byte: (text) => /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text),
  email: (text) => /^[^@\s]+@[^@\s]+$/.test(text),
  hostname: (text) =>
    /^[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?)*$/.test(text),
  ipv4: (text) => /^((25[0-5]|2[0-4]\d|1?\d?\d)(\.|$)){4}$/.test(text) && !text.endsWith("."),
  ipv6: (text) => text.includes(":") && URL.canParse(`http://[${text}]/`),
  cidr: (text) => /^[0-9a-fA-F.:]+\/\d{1,3}$/.test(text),
  uri: (text) => URL.canParse(text),
  uuid: (text) => /^[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}$/.test(text),
};

function isDate(text: string): boolean {
  return !Number.isNaN(Date.parse(text));
}

/** Whether a text is not of the format. */
export function formatProblem(text: string, format: string): boolean {
  return Object.hasOwn(FORMATS, format) && !FORMATS[format]!(text);
}
