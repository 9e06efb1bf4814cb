/** A strategy that needs more than its name. */
export interface StrategyConfig {
  readonly name: 'weighted' | 'sticky';
  /** `weighted`: by which capacity of the deployments, instead of by `weight`. `sticky`: what stays at one deployment; default `session`. */
  readonly by?: 'rpm' | 'tpm' | 'session' | 'caller' | 'prompt';
  /** `sticky`: the strategy of requests that have nothing to stick by. Default `weighted`. */
  readonly otherwise?: string;
}
