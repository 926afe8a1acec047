/** A pretix plan of one section, two rows of three seats in two categories, with a field no schema knows. */
export const SMALL_PLAN = `{ "name": "Kleine Bühne",  "size": {"width": 400, "height": 300}, "x-own": {"kept": [1, 2.50]},
  "categories": [{"name": "Parkett", "color": "#7f4a91"}, {"name": "Rang", "color": "#3366aa"}],
  "zones": [{"name": "Saal", "position": {"x": 10, "y": 20}, "rows": [
    {"row_number": "A", "position": {"x": 0, "y": 0}, "seats": [
      {"seat_guid": "A-1", "seat_number": "1", "position": {"x": 0, "y": 0}, "category": "Parkett"},
      {"seat_guid": "A-2", "seat_number": "2", "position": {"x": 25, "y": 0}, "category": "Parkett"},
      {"seat_guid": "A-3", "seat_number": "3", "position": {"x": 50, "y": 0}, "category": "Parkett"}]},
    {"row_number": "B", "position": {"x": 0, "y": 30}, "seats": [
      {"seat_guid": "B-1", "seat_number": "1", "position": {"x": 0, "y": 0}, "category": "Rang"},
      {"seat_guid": "B-2", "seat_number": "2", "position": {"x": 25, "y": 0}, "category": "Rang"},
      {"seat_guid": "B-3", "seat_number": "3", "position": {"x": 50, "y": 0}, "category": "Rang"}]}]}]}
`
