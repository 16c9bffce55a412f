/** The floor of the time: a program that does nothing, and ends. */
