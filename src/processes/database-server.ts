/** What a new server is made with. */
export interface NewDatabase {
  readonly masterUsername: string;
  readonly masterPassword: string;
  readonly database?: string;
}

/** What a server needs of who has it. */
export interface ServerPlace {
  /** Its own, and nobody else's. */
  readonly folder: string;
  readonly adminPassword: string;
  /** Hears what it says. */
  readonly say: (line: string) => void;
}

/** One database server: a folder of its own, and a socket in it. Nobody reaches it but through an endpoint. */
export interface DatabaseServer {
  /** Where it takes connections. */
  readonly socket: string;
  /** Also while it is only being started. */
  readonly isRunning: boolean;
  /** Has it been made before? */
  readonly isThere: boolean;
  /** Does it follow another, and take no writes? */
  readonly isCopy: boolean;
  /** Hears that it has ended without having been told to. */
  crashed: () => void;
  /** Makes an empty database with its master user, who has what RDS grants and no more. @throws Error with what it says */
  create(database: NewDatabase): Promise<void>;
  /** Makes it a copy of a server that runs, which follows that from then on. */
  copy(primary: DatabaseServer): Promise<void>;
  /** Leaves what it holds in a folder, whether it runs or not. */
  save(folder: string): Promise<void>;
  /** Makes it of what another has left in a folder. */
  restore(folder: string): Promise<void>;
  /** Has a copy that runs follow a server, whatever it has followed. One that is away is followed when it is back. */
  follow(primary: DatabaseServer): Promise<void>;
  /** Resolves when a copy has all that this server has. @throws Error when it falls behind for too long */
  whenCaughtUp(copy: DatabaseServer): Promise<void>;
  /** Resolves when it takes connections, if it is being started. @throws Error when it does not come up */
  whenUp(): Promise<void>;
  /**
   * Starts it unless it runs, and resolves when it takes connections.
   * @param parameters of its parameter group
   * @param isKept its files outlive Squall
   * @throws Error with what it says when it does not come up
   */
  start(parameters: Readonly<Record<string, string>>, isKept: boolean): Promise<void>;
  /** Ends it in order: who is connected is cut off. One that takes too long is made to. */
  stop(): Promise<void>;
  /** A copy becomes one that is written to. */
  promote(): Promise<void>;
  setPassword(user: string, password: string): Promise<void>;
  /** Removes its files. */
  remove(): Promise<void>;
}

/** One of an engine's settings, as the engine itself describes it. */
export interface Setting {
  /** It changes only with a restart. */
  readonly isStatic: boolean;
  readonly type: "BOOLEAN" | "ENUM" | "INTEGER" | "REAL" | "STRING";
  readonly min: number;
  readonly max: number;
  /** What it is when nobody sets it. */
  readonly initial?: string;
  readonly description?: string;
}

/** The programs of this machine that run the databases of some engines. */
export interface DatabasePrograms {
  /** What to do on a machine without them. */
  readonly howToInstall: string;
  areInstalled(): boolean;
  /** @throws Error on a machine without them */
  server(place: ServerPlace): DatabaseServer;
  /** Their settings by name; none on a machine without them. */
  settings(): Promise<ReadonlyMap<string, Setting>>;
  /**
   * What a user may set a setting to: anything that it can be, nothing, or names of this form. RDS keeps to itself by what a server
   * runs a command, loads a library, or reads and writes files; and Squall, where it listens.
   */
  allows(setting: string): boolean | RegExp;
  /** Names of settings beyond those that are described. */
  readonly furtherSettings: RegExp | undefined;
}

/** What a setting may be, as RDS writes it (`6-8388607`); undefined when a value is one of that, or only the server knows. */
export function wrongFor({ type, min, max }: Setting, value: string): string | undefined {
  if (type === "BOOLEAN") return /^(?:0|1|on|off|true|false|yes|no)$/i.test(value) ? undefined : "0,1";
  if (type !== "INTEGER" && type !== "REAL") return undefined;
  const isNumber =
    type === "INTEGER" ? /^-?\d+$/.test(value) : /^-?\d+(?:\.\d+)?(?:e[-+]?\d+)?$/i.test(value);
  return isNumber && Number(value) >= min && Number(value) <= max ? undefined : `${min}-${max}`;
}
