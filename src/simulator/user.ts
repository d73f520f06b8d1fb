/** The one user of the simulated deployment. */
export const user = { name: 'testuser', password: 'testpass' } as const;
