-- Venues and their layouts. A layout never changes; a change is a new version (SPEC V3).

create table venues (
  id uuid primary key,
  name text not null,
  created_by uuid not null,
  created_at timestamptz not null default now(),
  constraint venue_has_a_name check (length(name) between 1 and 200)
);

comment on column venues.id is 'UUIDv7: sorts by the time of creation';
comment on column venues.created_by is 'the organiser: the sub of the access token';

create table layouts (
  id uuid primary key,
  venue_id uuid not null references venues (id),
  version integer not null,
  seat_count integer not null,
  section_count integer not null,
  category_names text[] not null,
  document bytea not null,
  document_sha256 bytea not null,
  source_format text not null,
  source bytea not null,
  created_by uuid not null,
  created_at timestamptz not null default now(),
  constraint one_layout_per_version unique (venue_id, version),
  constraint layout_versions_start_at_one check (version >= 1),
  constraint layout_has_seats check (seat_count between 1 and 250000),
  constraint layout_has_sections check (section_count >= 1),
  constraint layout_sha256_is_whole check (length(document_sha256) = 32),
  constraint known_source_format check (source_format in ('pretix', 'spec'))
);

comment on column layouts.version is 'counts from 1 inside a venue; part of the layout''s URL';
comment on column layouts.seat_count is 'seats; their indexes are 0..seat_count-1. Limit: shared/src/domain/limits.ts';
comment on column layouts.section_count is 'sections';
comment on column layouts.category_names is 'by category index, so that zones can be checked without the document';
comment on column layouts.document is 'gzip of the Layout as JSON (shared/src/domain/layout.ts), served as it is';
comment on column layouts.document_sha256 is 'of the JSON before gzip; the ETag';
comment on column layouts.source is 'the imported file, gzip; unpacked it is byte for byte what was sent (SPEC V1)';

-- Both are compressed already.
alter table layouts alter column document set storage external;
alter table layouts alter column source set storage external;

create function refuse_layout_change() returns trigger language plpgsql as $$
begin
  raise exception 'a layout never changes; a change is a new version' using errcode = 'restrict_violation';
end
$$;

create trigger layout_never_changes before update on layouts
for each row execute function refuse_layout_change();
