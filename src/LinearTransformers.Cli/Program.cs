using LinearTransformers.Cli;

return Lintf.Run(args);
