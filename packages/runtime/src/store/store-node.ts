/** One of the processes that share a store, as the others see it. */
export interface StoreNode {
  /**
   * Each opening of a store is a new node with a new number; numbers rise, and none is used twice.
   */
  readonly id: number;
  /** The machine's name, as that machine knows itself. */
  readonly host: string;
  /** The process's number on that machine. */
  readonly pid: number;
  /** When it has opened the store, by the store's clock. */
  readonly startedAtMs: number;
  /**
   * The time since its last sign of life, by the store's clock. A living node gives one each
   * second; one that is silent for the store's `leaseMs`, or whose connection is gone for 3
   * seconds, is removed.
   */
  readonly silentMs: number;
  /** How many conversations only it may handle at this moment, also if they wait. */
  readonly lanes: number;
  /** It is the one that was asked. */
  readonly isSelf: boolean;
}
