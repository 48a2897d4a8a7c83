-- Texts of codes and references, each with the key of the rows that may carry it: thousands of resources say the same text, and it
-- stands here once. A row may stand here more than once, and stays when nothing carries it any more.
CREATE TABLE term (
    h    bigint NOT NULL,               -- seed of the texts of a parameter
    v    text COLLATE "C" NOT NULL,     -- folded, up to 500 characters
    lead bigint NOT NULL                -- token of the code or reference that the text stands with
);
CREATE INDEX term_hv ON term (h, v, lead);
