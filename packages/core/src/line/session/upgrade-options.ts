/** What a host may set for its upgrades. */
export interface UpgradeOptions {
  /** Path in front of the gateway's own, such as `/ai`; default none. */
  readonly prefix?: string;
  /** What `access.identify` gets as `request.host`; default the raw request. The host's middlewares have not seen it. */
  readonly host?: unknown;
  /** Origins whose pages may open sessions with the cookies of this host, such as `https://app.acme.dev`. Default: pages of this host only. */
  readonly origins?: readonly string[];
}
