import { expect, it } from 'vitest';
import { cameraOf, exposureOf, placeOf } from './exposure';

it('names a camera once', () => {
  expect(cameraOf({ make: 'Canon', model: 'Canon EOS 40D' })).toBe('Canon EOS 40D');
  expect(cameraOf({ make: 'Apple', model: 'iPhone 15' })).toBe('Apple iPhone 15');
  expect(cameraOf({ make: null, model: null })).toBe('');
});

it('leaves out what the camera did not say', () => {
  expect(exposureOf({ fNumber: 1.7999, exposureTime: '1/120', iso: null })).toEqual([
    'f/1.8',
    '1/120 s',
  ]);
});

it('falls back from names to a position, also on the equator', () => {
  expect(placeOf({ city: 'Lisbon', state: 'Lisbon', country: 'Portugal' })).toBe(
    'Lisbon, Portugal',
  );
  expect(placeOf({ latitude: 0, longitude: -9.1393 })).toBe('0.0000° N, 9.1393° W');
  expect(placeOf({ latitude: null, longitude: null })).toBe('');
});
