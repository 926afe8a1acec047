-- Whose page loads asks for their group of the performance (SPEC G2), in one or in none: a group that is over is shown for a day.

create index group_members_by_person on group_members (performance_id, user_id) where gone_at is null;
