/** What stays as it was from one photo to the next. */
export const viewer = $state({ details: false });
