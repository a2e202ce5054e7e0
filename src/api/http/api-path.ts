/** Where everything of the API stands. */
export const API_PATH = '/blockchain';
