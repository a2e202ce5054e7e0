import { createContext } from 'react';

/** Whether what can be done is offered at all. On a file nothing is: links to tasks are left out there. */
export const TasksOffered = createContext(true);
