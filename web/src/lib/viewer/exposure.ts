import type { ExifResponseDto } from '../client';

/** "f/1.8", "1/120 s", "4.2 mm", "ISO 100", as far as they are known. */
export function exposureOf(exif: ExifResponseDto): string[] {
  const { fNumber, exposureTime, focalLength, iso } = exif;
  return [
    fNumber ? `f/${trim(fNumber)}` : '',
    exposureTime ? `${exposureTime} s` : '',
    focalLength ? `${trim(focalLength)} mm` : '',
    iso ? `ISO ${iso}` : '',
  ].filter((text) => text !== '');
}

/** "Apple iPhone 15", without the maker's name twice. */
export function cameraOf({ make, model }: ExifResponseDto): string {
  if (!make || !model) return model ?? make ?? '';
  return model.toLowerCase().startsWith(make.toLowerCase()) ? model : `${make} ${model}`;
}

/** "Lisbon, Portugal", or the position when the place has no name yet. */
export function placeOf({ city, state, country, latitude, longitude }: ExifResponseDto): string {
  const names = [city, state, country].filter((name) => name);
  if (names.length > 0) return [...new Set(names)].join(', ');
  if (latitude == null || longitude == null) return '';
  const part = (value: number, [positive, negative]: [string, string]) =>
    `${Math.abs(value).toFixed(4)}° ${value < 0 ? negative : positive}`;
  return `${part(latitude, ['N', 'S'])}, ${part(longitude, ['E', 'W'])}`;
}

const trim = (value: number) => String(Math.round(value * 10) / 10);
