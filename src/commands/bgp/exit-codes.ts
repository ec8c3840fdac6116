/** The exit codes of commands that change the network behind gates, for their descriptions. */
export const EXIT_CODES =
  'Exit codes: 0 done; 3 a gate did not open in time, stopped there; 4 a precondition does not hold, nothing was written by this run; 5 the cluster or the plan is not as it was when the plan was made; 1 any other error; 130 and 143 ended by Ctrl-C or SIGTERM.';
