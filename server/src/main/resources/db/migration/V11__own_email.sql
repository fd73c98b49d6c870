-- Whether the user has put this address there, so that nobody vouches for its being theirs.
alter table "user" add is_email_own_choice boolean not null default false;
