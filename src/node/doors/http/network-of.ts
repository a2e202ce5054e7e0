/** Who shares a limit: an IPv4 address, or the /64 that an IPv6 host has for itself. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const first = head.split(':').filter((part) => part !== '');
  const missing = tail === undefined ? 0 : 8 - first.length - tail.split(':').filter((part) => part !== '').length;
  return [...first, ...Array.from({ length: Math.max(0, missing) }, () => '0')].slice(0, 4).join(':');
}
