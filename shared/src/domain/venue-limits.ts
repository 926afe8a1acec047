/** Characters of a venue file. Source: 250,000 seats of a pretix plan at 240 characters each. */
export const VENUE_FILE_LENGTH_MAX = 60_000_000
/** Sections or zones of a venue. Source: a guess, ten times the largest stadium. */
export const SECTIONS_MAX = 2_000
/** Categories of a venue. Source: a guess. */
export const CATEGORIES_MAX = 200
/** Rows of one section. Source: a guess, five times the steepest stand. */
export const ROWS_PER_SECTION_MAX = 1_000
/** Rows of a whole venue. Source: a guess, ten times the largest stadium. */
export const ROWS_PER_VENUE_MAX = 50_000
/** Seats of one row: neighbours are found among the pairs of a row. Source: a guess above the longest open-air bench. */
export const SEATS_PER_ROW_MAX = 2_000
/** Decorations of a venue. Source: a guess. */
export const SHAPES_MAX = 5_000
/** Points of one polygon. Source: a guess. */
export const POLYGON_POINTS_MAX = 2_000
/** How far from the origin anything may lie, in the layout's unit. Source: 10 km in cm. */
export const COORDINATE_MAX = 1_000_000
