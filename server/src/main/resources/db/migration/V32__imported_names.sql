-- The name that the file had for a face when it was last read.
alter table asset_face add imported_name text;
