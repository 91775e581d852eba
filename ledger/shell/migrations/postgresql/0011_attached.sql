-- Pictures among the files kept: what goes with a quote may be a PDF, a JPEG or a PNG.

ALTER TABLE signing_files DROP CONSTRAINT signing_files_kind_check;
ALTER TABLE signing_files
  ADD CONSTRAINT signing_files_kind_check CHECK (kind IN ('pdf', 'jpeg', 'png', 'drawing'));
