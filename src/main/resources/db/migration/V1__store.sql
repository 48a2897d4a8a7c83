-- The store of docs/storage.md. Times are microseconds since 1970-01-01T00:00Z; keys are 64-bit hashes (fhir.index.Keys).

-- One row: what makes this database itself.
CREATE TABLE store (
    one     boolean PRIMARY KEY DEFAULT true CHECK (one),
    secret  bigint NOT NULL,        -- seed of all keys and of page signatures
    guide   bigint NOT NULL DEFAULT 0, -- digest of the implementation guide that was loaded last
    created timestamptz NOT NULL DEFAULT now()
);

-- Numbers of resource types; given when a type is first met, never changed.
CREATE TABLE resource_type (
    number smallint PRIMARY KEY,
    name   text NOT NULL UNIQUE
);

-- Blocks of 1,000 are taken by each server process.
CREATE SEQUENCE resource_pk INCREMENT BY 1000 START WITH 1000;

-- Live resources only: all that a search filters or sorts on.
CREATE TABLE resource (
    pk      bigint PRIMARY KEY,
    upd     bigint NOT NULL,        -- meta.lastUpdated
    self    bigint NOT NULL,        -- key of Type/id
    patient bigint,                 -- key of the Patient it belongs to
    sdate   bigint NOT NULL,        -- principal date, from; the smallest bigint where it is missing
    edate   bigint NOT NULL,        -- principal date, until (exclusive)
    state   bigint,                 -- key of the principal status
    present bigint NOT NULL,        -- bit n: search parameter n has a value
    digest  bigint NOT NULL,        -- of the body without versionId and lastUpdated: an identical PUT makes no version
    side    bigint NOT NULL,        -- of the idx_* rows: equal means that they need no change
    ver     integer NOT NULL,
    type    smallint NOT NULL,
    id      text COLLATE "C" NOT NULL,
    tokens  bigint[] NOT NULL,      -- all keys, to filter by; not indexed
    links   bigint[] NOT NULL       -- keys of the resources it refers to; not indexed
) WITH (fillfactor = 90);
ALTER TABLE resource ALTER COLUMN tokens SET STORAGE MAIN, ALTER COLUMN links SET STORAGE MAIN;
CREATE UNIQUE INDEX resource_self ON resource (self);
CREATE INDEX resource_patient ON resource (patient, type, sdate, pk) WHERE patient IS NOT NULL;
CREATE INDEX resource_type_pk ON resource (type, pk);
CREATE INDEX resource_upd ON resource (type, upd, pk);
CREATE INDEX resource_sdate ON resource (type, sdate, pk);
CREATE INDEX resource_state_upd ON resource (state, upd, pk);
CREATE INDEX resource_state_sdate ON resource (state, sdate, pk);

-- One narrow btree for every token, reference and uri criterion; walked newest first.
CREATE TABLE token (
    h  bigint NOT NULL,
    pk bigint NOT NULL,
    PRIMARY KEY (h, pk)
) WITH (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05);
ALTER TABLE token ALTER COLUMN h SET STATISTICS 1000;

CREATE TABLE idx_string (
    h  bigint NOT NULL,
    v  text COLLATE "C" NOT NULL,
    pk bigint NOT NULL
);
CREATE INDEX idx_string_hv ON idx_string (h, v, pk);
CREATE INDEX idx_string_pk ON idx_string (pk, h);

CREATE TABLE idx_date (
    h  bigint NOT NULL,
    lo bigint NOT NULL,
    hi bigint NOT NULL,
    pk bigint NOT NULL
);
CREATE INDEX idx_date_hlo ON idx_date (h, lo, pk) INCLUDE (hi);
CREATE INDEX idx_date_pk ON idx_date (pk, h);

CREATE TABLE idx_number (
    h    bigint NOT NULL,
    lo   double precision NOT NULL,
    hi   double precision NOT NULL,
    unit bigint NOT NULL,           -- key of system|code, 0 without
    code bigint NOT NULL,           -- key of the bare code or unit, 0 without
    pk   bigint NOT NULL
);
CREATE INDEX idx_number_hlo ON idx_number (h, lo, pk) INCLUDE (hi, unit, code);
CREATE INDEX idx_number_pk ON idx_number (pk, h);

-- Append-only: every version's bytes as they are sent.
CREATE TABLE version (
    pk     bigint NOT NULL,
    upd    bigint NOT NULL,
    ver    integer NOT NULL,
    type   smallint NOT NULL,
    method smallint NOT NULL,       -- 1 create, 2 update, 3 delete, 4 patch
    codec  smallint NOT NULL,       -- codec_dictionary, 0: none (zstd without dictionary)
    body   bytea,                   -- null for a deletion
    PRIMARY KEY (pk, ver)
);
ALTER TABLE version ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE INDEX version_type_upd ON version (type, upd, pk);
CREATE INDEX version_upd ON version (upd, pk);

-- Deleted resources: so that they are gone, not unknown, and their versions go on where they ended.
CREATE TABLE gone (
    self    bigint PRIMARY KEY,
    pk      bigint NOT NULL UNIQUE,
    upd     bigint NOT NULL,
    ver     integer NOT NULL,
    type    smallint NOT NULL,
    id      text COLLATE "C" NOT NULL,
    patient bigint
);

-- Dictionaries that bodies were compressed with; never deleted.
CREATE TABLE codec_dictionary (
    codec smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    type  smallint NOT NULL,
    bytes bytea NOT NULL
);

-- Committed changes that listeners still have to hear of.
CREATE TABLE outbox (
    seq      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    pk       bigint NOT NULL,
    ver      integer NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    due      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX outbox_due ON outbox (due, seq);
CREATE INDEX outbox_pk ON outbox (pk, seq);
