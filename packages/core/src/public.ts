/** What every entry of the package gives: the same names on every runtime. */
export type { Adapter, Exchange, Inbound, ModelEntry, Peek, Target, UpstreamCall } from './adapters/adapter.ts';
export { type Operation, WIRE_FORMATS, type WireFormat } from './adapters/format.ts';
export type * from './adapters/options/types.ts';
export type { AuthStyle, ProviderRow } from './adapters/provider-row.ts';
export { createCollector } from './chat/collect.ts';
export type { ChatEvent } from './chat/events.ts';
export type { Fault, FaultKind } from './chat/fault.ts';
export type * from './chat/parts.ts';
export { replyToEvents } from './chat/replay.ts';
export type { ChatReply, Choice, StopReason, TokenLogprob } from './chat/reply.ts';
export type * from './chat/request.ts';
export { inputTotal, outputTotal, type Usage } from './chat/usage.ts';
export type { CreateFrom, KeysConfig } from './config/access-types.ts';
export type { Candidate as StrategyCandidate, CustomStrategy, RoutingQuestion } from './config/custom-strategy.ts';
export type { BreakerConfig, FaultPolicy, FloorConfig, RetryConfig } from './config/fault-types.ts';
export type { FetchedMedia, FetchMedia, MediaContext } from './config/fetch-media.ts';
export type { HookContext, Hooks } from './config/hooks.ts';
export * from './config/limit-mistakes.ts';
export { unitsOf } from './config/limit-settings.ts';
export type { LimitConfig, LimitPeriod, LimitUnit, ScopedLimit, ScopeKind } from './config/limit-types.ts';
export type * from './config/price-types.ts';
export type { ContinuationConfig } from './config/routing-continuation.ts';
export type { ExplainConfig } from './config/routing-explain.ts';
export type { FallbackCause, FallbacksConfig } from './config/routing-fallbacks.ts';
export type { HoursConfig, PlaceConfig } from './config/routing-places.ts';
export type * from './config/routing-policies.ts';
export type { ReleaseConfig, ShadowConfig, SplitConfig, SplitsConfig } from './config/routing-splits.ts';
export type { StrategyConfig } from './config/routing-types.ts';
export type { IdempotencyConfig, OnStoreFailure, StorageConfig } from './config/storage-types.ts';
export type { Tokenizer } from './config/tokenizer.ts';
export type {
  Caller,
  Code,
  Declarative,
  DeploymentConfig,
  Discover,
  DiscoverConfig,
  GatewayConfig,
  Log,
  ModelConfig,
  ProviderConfig,
  Timeouts,
} from './config/types.ts';
export { listPrices } from './cost/list.ts';
export type * from './cost/price.ts';
export type { Gateway, GatewayStats, WireBody } from './gateway-api.ts';
export { type KeyCallers, keyCallers } from './keys/key-callers.ts';
export { type MadeKey, makeKey, type ParsedKey, parseKey, secretHash } from './keys/key-text.ts';
export { presentedKey } from './keys/presented.ts';
export type * from './keys/records.ts';
export type { CancelListener, CancelSignal } from './kit/cancel.ts';
export type { Clock } from './kit/clock.ts';
export { type Duration, parseDuration } from './kit/duration.ts';
export { ERROR_CODES, type ErrorCode, type ErrorKind } from './kit/error-codes.ts';
export * from './kit/errors.ts';
export { formatUsd } from './kit/money.ts';
export { scopeOf } from './limits/scopes.ts';
export { type Doubt, type DoubtsResolved, resolveDoubts, type Verdict } from './line/doubts.ts';
export type { EventSubject, GatewayEvents } from './line/events.ts';
export type { Candidate, Explanation, Made, Planned } from './line/explanation.ts';
export type { UpgradeOptions } from './line/session/upgrade-options.ts';
export type { DecisionRecord } from './router/decision.ts';
export { composeStore, type StoreParts } from './store/compose.ts';
export type { Journal, JournalEntry } from './store/journal.ts';
export type { KeptCounter, KeptReservation } from './store/kept-limits.ts';
export { LedgerTotals, matchesFilter } from './store/ledger-sums.ts';
export { memoryStore } from './store/memory.ts';
export { MemoryLimits } from './store/memory-limits.ts';
export type * from './store/store.ts';
export type { Body, Fields } from './transport/body.ts';
export type { ByteSource, CallBody } from './transport/byte-source.ts';
export { type CachedToken, cachedToken, type Token } from './transport/cached-token.ts';
export type { CredentialHeaders, Credentials } from './transport/credentials.ts';
export type { Dispatcher, WireRequest, WireResponse } from './transport/dispatcher.ts';
export type { Frame } from './transport/frame.ts';
export type { BodyLimits, Chunk, GatewayReply, GatewayRequest } from './transport/gateway-request.ts';
export type { Platform, SrvRecord } from './transport/platform.ts';
export type { Spool } from './transport/spool.ts';
export type * from './transport/web-socket.ts';
