using LinearTransformers.Cli;

using Signals signals = new();
return Application.Run(args, Terminal.OfThisProcess(signals.Stop));
