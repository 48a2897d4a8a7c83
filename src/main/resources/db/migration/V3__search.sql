-- Both ends of the principal date in the index of a patient: "since" is answered from the index, whatever the length of a period.
CREATE INDEX resource_patient_dates ON resource (patient, type, sdate, edate, pk) WHERE patient IS NOT NULL;
DROP INDEX resource_patient;
ALTER INDEX resource_patient_dates RENAME TO resource_patient;

-- Which parameters resources are indexed by. The generation goes up with each change of it; every write checks that it indexed by the current one.
ALTER TABLE store ADD COLUMN generation bigint NOT NULL DEFAULT 0;
ALTER TABLE store ADD COLUMN form integer NOT NULL DEFAULT 0; -- form of the index (Indexer.FORM)

-- Parameters of stored SearchParameter resources, one row for each type they search.
CREATE TABLE search_parameter (
    type       smallint NOT NULL,
    code       text COLLATE "C" NOT NULL,
    resource   text COLLATE "C" NOT NULL, -- id of the SearchParameter
    url        text NOT NULL,
    kind       text NOT NULL,
    expression text NOT NULL,
    targets    text NOT NULL,             -- with commas between them
    bit        smallint NOT NULL,         -- in resource.present
    state      smallint NOT NULL,         -- 1 building, 2 active, 3 gone
    PRIMARY KEY (type, code)
);
CREATE UNIQUE INDEX search_parameter_bit ON search_parameter (type, bit);

-- Types whose resources are being indexed anew.
CREATE TABLE reindex (
    type   smallint PRIMARY KEY,
    cut    boolean NOT NULL DEFAULT false, -- every write that began before has ended
    whole  boolean NOT NULL DEFAULT false, -- the form changed: nothing of the type can be searched meanwhile
    cursor bigint NOT NULL DEFAULT 0,      -- the last pk done
    done   bigint NOT NULL DEFAULT 0
);
