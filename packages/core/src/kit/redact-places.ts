/**
 * A text without the places that a provider is reached at: URLs, host names with a public or internal ending, IP addresses, e-mail addresses.
 * Links to documentation stay, because the provider's advice rests on them. One is a documentation link when it is https (or has no scheme), has no
 * port and no user, does not end in an internal domain, and either its host begins with one of a few labels such as `docs.` or `platform.`, or its
 * path has a part `docs`. Its query and fragment go.
 */
export function redactPlaces(text: string): string {
  return text
    .replace(MAIL, '[email]')
    .replace(URLS, (url) => shown(url) ?? '[url]')
    .replace(HOST, (place) => shown(place) ?? '[host]')
    .replace(IPV4, '[address]')
    .replace(IPV6, '[address]')
    .replace(LOCALHOST, '[host]');
}

const MAIL = /[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}/g;
const URLS = /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s"'`<>]{1,2048}/gi;
/** Endings that a host of a provider has; others would take field paths such as `messages.0.content` for hosts. */
const HOST =
  /(?<![\w.@/-])(?:[a-z0-9](?:[a-z0-9-]{0,62})\.){1,8}(?:com|net|org|io|ai|dev|cloud|app|co|cn|eu|internal|local|lan|corp|intranet|svc|localhost|test|home|arpa)(?![\w-])(?:\.[a-z]{2,3}(?![\w-]))?(?::\d{1,5})?(?:\/[^\s"'`<>,;)\]]{0,2048})?/gi;
const LOCALHOST = /\blocalhost(?::\d{1,5})?(?![\w-])/gi;
const IPV4 = /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?(?:\/\d{1,2})?(?![\w.]*\w)/g;
const IPV6 =
  /\[?(?<![\w:])(?:(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6})?::(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6})?)(?![\w:])\]?(?::\d{1,5})?/gi;

const DOCUMENTATION =
  /^(?:https:\/\/)?(?:(?:docs?|platform|console|help|support|status|developers?|ai)\.(?:[a-z0-9-]+\.)+[a-z]{2,}|(?:[a-z0-9-]+\.)+[a-z]{2,}(?=\/(?:[\w-]+\/){0,3}docs(?:\/|$)))(?:\/[\w./%-]*)?$/i;
const INTERNAL = /\.(?:internal|local|lan|corp|intranet|svc|localhost|test|home|arpa)(?:[./:]|$)/i;

/** A documentation link without its query and fragment, with the sentence's own punctuation behind it; undefined for any other place. */
function shown(place: string): string | undefined {
  const [, link = '', punctuation = ''] = /^([^?#]*?)(?:[?#].*?)?([.,;:!?)\]}]*)$/.exec(place) ?? [];
  return DOCUMENTATION.test(link) && !INTERNAL.test(link) ? link + punctuation : undefined;
}
