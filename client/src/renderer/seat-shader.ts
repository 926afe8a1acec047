/**
 * Seats as quads. The vertex shader spreads a seat's four equal vertices by their number and reads its colours from the
 * palette; the fragment shader draws edges and marks from distances, so that they are sharp at every scale.
 * Lengths in `at` are seat radii. Every look differs by shape, not only by colour (SeatLook in seat-record.ts).
 */
export const SEAT_VERTEX = /* glsl */ `#version 300 es
in vec2 aPosition;
in vec4 aGlyphs;
in vec4 aRecord;
uniform mat3 uProjectionMatrix;
uniform mat3 uWorldTransformMatrix;
uniform mat3 uTransformMatrix;
uniform sampler2D uPalette;
uniform float uRadius;
uniform float uRadiusPx;
uniform float uReach;
out vec2 vAt;
flat out vec3 vLook;
flat out vec3 vFill;
flat out vec3 vRim;
flat out vec3 vInk;
flat out vec4 vGlyphs;

void main() {
  int corner = gl_VertexID & 3;
  vec2 side = vec2(corner == 1 || corner == 2 ? 1.0 : -1.0, corner >= 2 ? 1.0 : -1.0);
  float reach = uReach + 0.6 / uRadiusPx;
  vAt = side * reach;
  mat3 matrix = uProjectionMatrix * uWorldTransformMatrix * uTransformMatrix;
  gl_Position = vec4((matrix * vec3(aPosition + vAt * uRadius, 1.0)).xy, 0.0, 1.0);
  int zone = int(aRecord.y);
  vec4 fill = texelFetch(uPalette, ivec2(zone, 0), 0);
  vLook = vec3(aRecord.x, aRecord.z, fill.a);
  vFill = fill.rgb;
  vRim = texelFetch(uPalette, ivec2(zone, 1), 0).rgb;
  vInk = texelFetch(uPalette, ivec2(zone, 2), 0).rgb;
  vGlyphs = aGlyphs;
}
`

export const SEAT_FRAGMENT = /* glsl */ `#version 300 es
in vec2 vAt;
flat in vec3 vLook;
flat in vec3 vFill;
flat in vec3 vRim;
flat in vec3 vInk;
flat in vec4 vGlyphs;
uniform sampler2D uPalette;
uniform sampler2D uGlyphs;
uniform vec4 uGlyphGrid;
uniform vec4 uColor;
uniform float uRadiusPx;
uniform float uMarkPx;
uniform float uNumbers;
uniform float uPulse;
out vec4 finalColor;

vec4 ink;

vec3 slot(int column) { return texelFetch(uPalette, ivec2(column, 3), 0).rgb; }
float cover(float distance) { return clamp(0.5 - distance * uRadiusPx, 0.0, 1.0); }
void paint(vec3 color, float alpha) { ink = ink * (1.0 - alpha) + vec4(color * alpha, alpha); }
float line(vec2 at, vec2 from, vec2 to) {
  vec2 along = to - from;
  return length(at - from - along * clamp(dot(at - from, along) / dot(along, along), 0.0, 1.0));
}
float disc(vec2 at, bool square, float size) {
  if (!square) return length(at) - size;
  vec2 out2 = abs(at) - vec2(size * 0.94) + 0.34;
  return length(max(out2, 0.0)) + min(max(out2.x, out2.y), 0.0) - 0.34;
}
float glyph(vec2 at, bool icon) {
  float count = vGlyphs.y == 0.0 ? 1.0 : vGlyphs.z == 0.0 ? 2.0 : vGlyphs.w == 0.0 ? 3.0 : 4.0;
  if (icon) count = 1.0;
  float width = icon ? 0.94 : min(0.68, 1.62 / count);
  float height = width * uGlyphGrid.w / uGlyphGrid.z;
  vec2 cell = vec2(at.x / width + count * 0.5, at.y / height + 0.5);
  if (cell.x < 0.0 || cell.x >= count || cell.y < 0.0 || cell.y >= 1.0) return 0.0;
  int index = int(cell.x);
  float code = icon ? 1.0 : index == 0 ? vGlyphs.x : index == 1 ? vGlyphs.y : index == 2 ? vGlyphs.z : vGlyphs.w;
  if (code == 0.0) return 0.0;
  vec2 place = vec2(mod(code, uGlyphGrid.x), floor(code / uGlyphGrid.x)) + vec2(fract(cell.x), cell.y);
  float lod = log2(max(uGlyphGrid.w / (height * uRadiusPx), 1.0));
  return textureLod(uGlyphs, place / uGlyphGrid.xy, lod).a;
}

void main() {
  ink = vec4(0.0);
  int look = int(vLook.x + 0.5);
  int flags = int(vLook.y + 0.5);
  bool square = (flags & 2) != 0;
  bool outlined = (flags & 1) != 0;
  float body = disc(vAt, square, 0.92);
  float pixel = 1.0 / uRadiusPx;
  float stroke = max(0.2, 1.1 * pixel);
  float numbers = square ? smoothstep(4.0, 5.5, uMarkPx) : (vGlyphs.x > 0.0 ? uNumbers : 0.0);

  if (look >= 4) {
    if (look == 4) {
      paint(slot(7), cover(disc(vAt, square, 1.36)));
      paint(outlined ? slot(6) : slot(4), cover(disc(vAt, square, outlined ? 1.34 : 1.26)));
      paint(slot(7), cover(disc(vAt, square, 1.09)));
      paint(slot(4), cover(disc(vAt, square, 0.97)));
      float check = min(line(vAt, vec2(-0.46, 0.04), vec2(-0.12, 0.38)), line(vAt, vec2(-0.12, 0.38), vec2(0.48, -0.34)));
      paint(slot(5), cover(check - 0.13));
    } else if (look == 5) {
      paint(slot(7), cover(disc(vAt, square, 1.14)));
      float ring = abs(disc(vAt, square, 0.96)) - 0.12;
      paint(slot(4), cover(max(body, vAt.x)) * (0.55 + 0.45 * uPulse));
      paint(slot(4), cover(ring));
      if (outlined) paint(slot(6), cover(abs(disc(vAt, square, 1.26)) - 0.1));
    } else {
      paint(slot(7), cover(abs(disc(vAt, square, 1.17)) - 0.2));
      paint(slot(6), cover(abs(disc(vAt, square, 1.2)) - 0.12));
    }
  } else if (look == 0) {
    paint(vRim, cover(body));
    paint(vFill, cover(body + (uMarkPx > 5.0 ? max(0.09, pixel) : 0.0)));
    if (numbers > 0.0) paint(vInk, glyph(vAt, square) * numbers);
  } else if (look == 1) {
    paint(slot(0), cover(body));
    paint(slot(1), cover(body + stroke));
    if (numbers < 1.0) {
      float stripe = abs(fract((vAt.x + vAt.y) * 0.9) - 0.5) / 1.27 - 0.09;
      paint(slot(0), cover(max(stripe, body + stroke)) * 0.75 * (1.0 - numbers));
    }
    if (numbers > 0.0) paint(slot(0), glyph(vAt, square) * numbers);
  } else if (look == 2) {
    float arm = max(0.1, 0.55 * pixel);
    float cross_ = min(line(vAt, vec2(-0.4), vec2(0.4)), line(vAt, vec2(-0.4, 0.4), vec2(0.4, -0.4))) - arm;
    paint(slot(2), cover(cross_));
  } else {
    float turn = fract(atan(vAt.y, vAt.x) / 6.2831853 * 8.0);
    float dash = abs(turn - 0.5) < 0.28 ? 1.0 : 0.0;
    paint(slot(3), cover(abs(disc(vAt, square, 0.84)) - max(0.06, 0.5 * pixel)) * dash);
  }
  float dim = look < 4 && vLook.z < 0.5 ? 0.2 : 1.0;
  finalColor = ink * (uColor.a * dim);
}
`
