using LinearTransformers.Cli;

return Application.Run(args, Terminal.OfThisProcess());
