import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { health as HEALTH, type Status } from '../../api/chain/node.ts';

/** What the door over HTTP counted since it opened. */
export interface HttpFigures {
  readonly requests: number;
  readonly refused: number;
  readonly failed: number;
  readonly logInFailures: number;
}

/** What the engine counted since it began; times in microseconds. */
interface SealingFigures {
  readonly blocks: number;
  readonly transactions: number;
  readonly verifyUs: number;
  readonly stagesUs: Readonly<Record<string, number>>;
}

export interface FigureSources {
  readonly version: string;
  readonly status: () => Promise<Status>;
  /** Null where this process seals nothing. */
  readonly stats: () => Promise<SealingFigures | null>;
  /** Null where no such door is open. */
  readonly http: () => HttpFigures | null;
}

/**
 * The figures of a node in the text format of Prometheus: base units, and names as its conventions want them. They are read when they are
 * asked for. What is not known is NaN.
 */
export class PrometheusFigures {
  readonly #registry = new Registry();
  readonly #sources: FigureSources;

  constructor(sources: FigureSources) {
    this.#sources = sources;
    collectDefaultMetrics({ register: this.#registry });
    this.#gauge('build_info', 'The version that runs.', ['version']).set({ version: sources.version }, 1);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  async text(): Promise<string> {
    const [status, stats] = await Promise.all([this.#sources.status(), this.#sources.stats()]);
    this.#takeStatus(status);
    this.#takeStats(stats);
    this.#takeHttp(this.#sources.http());
    return this.#registry.metrics();
  }

  #takeStatus(status: Status): void {
    this.#set('chain_height', 'Index of the newest block.', status.height);
    this.#set('chain_head_timestamp_seconds', 'Time of the newest block.', status.head_time / 1000);
    this.#set('chain_log_transactions', 'Transactions in the log.', status.log_size);
    this.#set('transactions_pending', 'Transactions accepted and not yet in a block.', status.pending);
    this.#set('proposals_open', 'Proposals that can still be decided.', status.open_proposals);
    this.#set('proposals_stale', 'Open proposals that can never happen any more.', status.stale_proposals);
    this.#set('frozen', 'Whether the emergency brake is on.', status.frozen === null ? 0 : 1);
    this.#set('index_lag_blocks', 'Blocks that the index has not taken in.', status.height - status.indexed_height);
    this.#set('node_uptime_seconds', 'Since the node started.', status.uptime_ms / 1000);
    this.#set(
      'validators_active',
      'Validators that may seal.',
      status.validators.filter(({ active }) => active).length,
    );
    const { verified } = status;
    this.#set('integrity_check_height', 'Newest block of the last check of the whole chain.', verified?.height ?? NaN);
    this.#set('integrity_check_ok', 'Whether that check found nothing.', verified === null ? NaN : Number(verified.ok));
    this.#set('integrity_check_timestamp_seconds', 'When it ended.', verified === null ? NaN : verified.time / 1000);
    const latency = this.#gauge('finality_seconds', 'From submission to disk, over the last minute.', ['quantile']);
    latency.set({ quantile: '0.5' }, secondsOf(status.finality_p50_us));
    latency.set({ quantile: '0.99' }, secondsOf(status.finality_p99_us));
    const health = this.#gauge('health', 'The state that the node is in: 1 for that one.', ['state']);
    for (const state of HEALTH.options) health.set({ state }, status.health === state ? 1 : 0);
    const alerts = this.#gauge('alert_firing', 'Alerts that stand.', ['code', 'severity']);
    alerts.reset();
    for (const { code, severity } of status.alerts) alerts.set({ code, severity }, 1);
  }

  #takeStats(stats: SealingFigures | null): void {
    if (stats === null) return;
    this.#count('blocks_sealed_total', 'Blocks that this process sealed.', stats.blocks);
    this.#count('transactions_committed_total', 'Transactions in them.', stats.transactions);
    this.#count('signature_check_seconds_total', 'Time in which signatures were checked.', stats.verifyUs / 1e6);
    const stages = this.#counter('stage_seconds_total', 'Time in each stage of making blocks.', ['stage']);
    stages.reset();
    for (const [stage, us] of Object.entries(stats.stagesUs)) stages.inc({ stage }, us / 1e6);
  }

  #takeHttp(figures: HttpFigures | null): void {
    if (figures === null) return;
    this.#count('http_requests_total', 'Requests to the API.', figures.requests);
    this.#count('http_requests_refused_total', 'Of them, refused.', figures.refused);
    this.#count('http_requests_failed_total', 'Of them, that this node failed to answer.', figures.failed);
    this.#count('log_in_failures_total', 'Log-ins that failed.', figures.logInFailures);
  }

  #set(name: string, help: string, value: number): void {
    this.#gauge(name, help, []).set(value);
  }

  /** Sets a counter to what was counted elsewhere. */
  #count(name: string, help: string, value: number): void {
    const counter = this.#counter(name, help, []);
    counter.reset();
    counter.inc(value);
  }

  #gauge(name: string, help: string, labelNames: readonly string[]): Gauge {
    const full = `quantum_lock_${name}`;
    const known = this.#registry.getSingleMetric(full);
    if (known instanceof Gauge) return known;
    return new Gauge({ name: full, help, labelNames, registers: [this.#registry] });
  }

  #counter(name: string, help: string, labelNames: readonly string[]): Counter {
    const full = `quantum_lock_${name}`;
    const known = this.#registry.getSingleMetric(full);
    if (known instanceof Counter) return known;
    return new Counter({ name: full, help, labelNames, registers: [this.#registry] });
  }
}

function secondsOf(us: number | null): number {
  return us === null ? NaN : us / 1e6;
}
