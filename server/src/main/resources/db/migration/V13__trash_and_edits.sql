-- Who empties a trash without a PIN leaves what is locked; null = none of that.
alter table emptied_trash add locked_until timestamptz;
update emptied_trash set locked_until = until;

-- What is downloaded of an edited picture. Those that have edits already get it now.
alter table asset_file drop constraint asset_file_type_check;
alter table asset_file add constraint asset_file_type_check check (type in
    ('thumbnail', 'preview', 'fullsize', 'encoded_video', 'edited_thumbnail', 'edited_preview',
    'edited_fullsize'));
update asset_job_status set edits_at = null
where asset_id in (select id from asset where is_edited);
