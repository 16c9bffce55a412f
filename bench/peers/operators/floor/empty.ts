/** The floor for time: a program that does nothing and ends. */
