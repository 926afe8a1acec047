-- An account that claims a guest's orders gets what the guest paid for friends' too, and their groups (SPEC U8): both are
-- found by who it was.

create index payments_of_a_person on payments (user_id);
create index group_members_of_a_person on group_members (user_id);
