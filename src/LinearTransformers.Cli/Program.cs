using LinearTransformers.Cli;

return ThisProcess.Run(args);
