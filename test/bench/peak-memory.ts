import { readFileSync } from 'node:fs';

/**
 * The most memory that this process had resident, MiB. Linux counts in `maxRSS` what the process that started it had; its
 * own is the high-water mark of its address space (proc_pid_status(5), VmHWM).
 */
export function peakMemoryMib(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS / 1024;
  const [, kib] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kib) / 1024;
}
