-- Composite searches and units as written (docs/storage.md).
ALTER TABLE idx_number ADD COLUMN also bigint[]; -- keys of the unit as written and of the codes in the same element; mostly null

-- Words of resources for _text and _content, brought up to date by the search that asks for them (fhir.storage.FullText).
CREATE TABLE fulltext (
    pk        bigint PRIMARY KEY,
    narrative tsvector NOT NULL,
    content   tsvector NOT NULL
);
CREATE INDEX fulltext_narrative ON fulltext USING gin (narrative);
CREATE INDEX fulltext_content ON fulltext USING gin (content);

-- Rows of resource that were written since they were last looked at for words; a row may stand here more than once.
CREATE TABLE fulltext_due (
    pk bigint NOT NULL
);
INSERT INTO fulltext_due SELECT pk FROM resource;
