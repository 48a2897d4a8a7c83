-- Both ends of the principal date in the index of a patient: "since" is answered from the index, whatever the length of a period.
CREATE INDEX resource_patient_dates ON resource (patient, type, sdate, edate, pk) WHERE patient IS NOT NULL;
DROP INDEX resource_patient;
ALTER INDEX resource_patient_dates RENAME TO resource_patient;
