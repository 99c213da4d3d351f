/** Another number: a store with other tables, which is deleted and built again from the log. */
export const storeVersion = 1;

/**
 * What the store holds. No table of rows has a key: what keeps a record from being stored twice is its offset, which is
 * committed with it, and an index of millions of ids would have to fit into memory.
 */
export const tables: readonly string[] = [
  // One row. `log`: whose log it is, '' before it is known.
  `CREATE TABLE about (version INTEGER NOT NULL, log VARCHAR NOT NULL)`,
  // From where each partition is read on.
  `CREATE TABLE offsets (topic VARCHAR, part INTEGER, next BIGINT NOT NULL, PRIMARY KEY (topic, part))`,
  // Windows that were judged again, and how many times.
  `CREATE TABLE judgements (lane VARCHAR, window_start BIGINT, judgement INTEGER NOT NULL,
    PRIMARY KEY (lane, window_start))`,
  // One row a pair. Null from request_time on: of agreeing pairs, and of diverging ones of which nothing was kept.
  `CREATE TABLE pairs (
    lane VARCHAR NOT NULL,
    window_start BIGINT NOT NULL,
    judgement INTEGER NOT NULL,
    recovery BOOLEAN NOT NULL,
    agreed BOOLEAN NOT NULL,
    exchange_id VARCHAR NOT NULL,
    request_id VARCHAR,
    part INTEGER NOT NULL,
    request_offset BIGINT NOT NULL,
    production_output VARCHAR,
    shadow_output VARCHAR,
    request_time BIGINT,
    score DOUBLE,
    production_offset BIGINT,
    shadow_offset BIGINT,
    production_latency_ms DOUBLE,
    shadow_latency_ms DOUBLE,
    segments MAP(VARCHAR, VARCHAR),
    differences VARCHAR,
    request_body BLOB,
    production_body BLOB,
    shadow_body BLOB
  )`,
  // Of several for one id the one of the highest log_offset counts: they stand in one partition.
  `CREATE TABLE labels (
    experiment VARCHAR NOT NULL,
    request_id VARCHAR NOT NULL,
    truth VARCHAR NOT NULL,
    observed_time BIGINT NOT NULL,
    log_offset BIGINT NOT NULL,
    log_time BIGINT NOT NULL
  )`,
  `CREATE TABLE reviews (
    comparison_id VARCHAR NOT NULL,
    judgement VARCHAR NOT NULL,
    reviewer VARCHAR NOT NULL,
    note VARCHAR,
    review_time BIGINT NOT NULL,
    log_offset BIGINT NOT NULL
  )`,
];

/** Those whose rows are of one log. */
export const logTables = ['offsets', 'judgements', 'pairs', 'labels', 'reviews'] as const;
