/**
 * Seats of a few pixels: the same quads and records as in seat-shader.ts, the shapes reduced to what such a seat can show
 * (disc, ring, dot, dash; a square where it is accessible). Thousands of them are in view, so that both shaders stay short.
 */
export const SMALL_SEAT_VERTEX = /* glsl */ `#version 300 es
in vec2 aPosition;
in vec4 aRecord;
uniform mat3 uProjectionMatrix;
uniform mat3 uWorldTransformMatrix;
uniform mat3 uTransformMatrix;
uniform sampler2D uPalette;
uniform float uRadius;
uniform float uRadiusPx;
uniform float uReach;
uniform vec4 uColor;
out vec2 vAt;
flat out vec3 vShape;
flat out vec4 vInk;

void main() {
  int corner = gl_VertexID & 3;
  int look = int(aRecord.x);
  bool square = (int(aRecord.z) & 2) != 0;
  float reach = (look < 2 ? uReach : 0.56) + 0.6 / uRadiusPx;
  vAt = vec2(corner == 1 || corner == 2 ? reach : -reach, corner >= 2 ? reach : -reach);
  mat3 matrix = uProjectionMatrix * uWorldTransformMatrix * uTransformMatrix;
  gl_Position = vec4((matrix * vec3(aPosition + vAt * uRadius, 1.0)).xy, 0.0, 1.0);
  vec4 zone = texelFetch(uPalette, ivec2(int(aRecord.y), 0), 0);
  vec3 color = look == 0 ? zone.rgb : texelFetch(uPalette, ivec2(look == 1 ? 0 : look, 3), 0).rgb;
  float hole = look == 1 ? 0.92 - max(0.24, 1.1 / uRadiusPx) : 0.0;
  // Outer radius, radius of the hole, and how much of the height counts: a dash is flat.
  vShape = look < 2 ? vec3(0.92, hole, 1.0) : look == 2 ? vec3(0.42, 0.0, 1.0) : vec3(0.52, 0.0, 3.0);
  if (square) vShape.z = -vShape.z;
  float alpha = uColor.a * (zone.a < 0.5 ? 0.2 : 1.0);
  vInk = vec4(color * alpha, alpha);
}
`

export const SMALL_SEAT_FRAGMENT = /* glsl */ `#version 300 es
in vec2 vAt;
flat in vec3 vShape;
flat in vec4 vInk;
uniform float uRadiusPx;
out vec4 finalColor;

void main() {
  vec2 at = vec2(vAt.x, vAt.y * abs(vShape.z));
  float far = vShape.z > 0.0 ? length(at) : max(abs(at.x), abs(at.y));
  float inside = min(vShape.x - far, far - vShape.y + (vShape.y == 0.0 ? 1.0 : 0.0));
  finalColor = vInk * clamp(0.5 + inside * uRadiusPx, 0.0, 1.0);
}
`
