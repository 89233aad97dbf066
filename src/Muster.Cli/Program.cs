using System.Runtime.InteropServices;
using Muster.Cli;
using Muster.Cli.Hosting;

using var stop = new CancellationTokenSource();

// The first signal asks for a clean end; a second one ends the process at once.
void Stop(PosixSignalContext context)
{
    if (!stop.IsCancellationRequested)
    {
        context.Cancel = true;
        stop.Cancel();
    }
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
return await MusterCommandLine.RunAsync(args, Terminal.Current(), stop.Token).ConfigureAwait(false);
