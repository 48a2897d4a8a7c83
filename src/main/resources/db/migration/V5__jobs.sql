-- Operations that are answered later (fhir.job), and the due work that runs them.

-- The table of the library db-scheduler, as it wants it for PostgreSQL: what is to be run when, and who runs it.
CREATE TABLE scheduled_tasks (
    task_name            text NOT NULL,
    task_instance        text NOT NULL,
    task_data            bytea,
    execution_time       timestamptz NOT NULL,
    picked               boolean NOT NULL,
    picked_by            text,
    last_success         timestamptz,
    last_failure         timestamptz,
    consecutive_failures integer,
    last_heartbeat       timestamptz,
    version              bigint NOT NULL,
    priority             smallint,
    PRIMARY KEY (task_name, task_instance)
);
CREATE INDEX scheduled_tasks_execution_time ON scheduled_tasks (execution_time);
CREATE INDEX scheduled_tasks_last_heartbeat ON scheduled_tasks (last_heartbeat);

-- One row per operation that a client asked for with Prefer: respond-async. Times in microseconds since 1970.
CREATE TABLE job (
    id         text COLLATE "C" PRIMARY KEY,  -- random: whoever does not know it cannot ask for it
    definition text NOT NULL,                 -- id of the OperationDefinition
    type       text,                          -- resource type and id in the URL
    resource   text,
    input      text NOT NULL,                 -- Parameters as JSON
    actor      text NOT NULL,                 -- the caller; empty: the system
    patients   text[],                        -- what the caller may see; null: everything
    created    bigint NOT NULL,
    state      text NOT NULL DEFAULT 'waiting'
               CHECK (state IN ('waiting', 'running', 'completed', 'failed', 'cancelled')),
    attempts   integer NOT NULL DEFAULT 0,
    progress   text NOT NULL DEFAULT 'waiting',
    status     integer,                       -- HTTP status of the result
    result     text,                          -- completed: the resource; failed: the issues, as JSON
    expires    bigint NOT NULL                -- when an ended, or never begun, job is forgotten
);
CREATE INDEX job_expires ON job (expires);

-- $import: a batch of lines of one file, noted in the transaction that stores it; so a repetition finds it done.
CREATE TABLE import_batch (
    job       text COLLATE "C" NOT NULL REFERENCES job ON DELETE CASCADE,
    file      integer NOT NULL,
    batch     integer NOT NULL,
    created   integer NOT NULL,
    updated   integer NOT NULL,
    unchanged integer NOT NULL,
    refused   integer NOT NULL,
    PRIMARY KEY (job, file, batch)
);

-- $import: lines that were refused.
CREATE TABLE import_error (
    job  text COLLATE "C" NOT NULL REFERENCES job ON DELETE CASCADE,
    file integer NOT NULL,
    line integer NOT NULL,
    why  text NOT NULL,
    PRIMARY KEY (job, file, line)
);

-- THROUGHCARE_IMPORT: Bundles that are stored already, by their content; noted in the transaction that stores them.
CREATE TABLE imported_file (
    digest bigint PRIMARY KEY,
    name   text NOT NULL,
    loaded timestamptz NOT NULL DEFAULT now()
);
