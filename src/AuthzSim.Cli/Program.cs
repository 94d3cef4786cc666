using System.Runtime.InteropServices;
using System.Text;
using AuthzSim.Cli;

// A reader that went away (`authzsim … | head`) is no error: the console streams swallow it. Run flushes; closing is the system's.
var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false), bufferSize: 1 << 16);
var error = new StreamWriter(Console.OpenStandardError(), new UTF8Encoding(false)) { AutoFlush = true };
using var interruption = new CancellationTokenSource();
List<PosixSignalRegistration> signals = [];
var exit = AuthzSimCommand.Run(args, new CommandContext
{
    Input = Console.OpenStandardInput(),
    Output = output,
    Error = error,
    IsOutputTerminal = !Console.IsOutputRedirected,
    IsErrorTerminal = !Console.IsErrorRedirected,
    TerminalWidth = () => Console.WindowWidth,
    EnvironmentVariable = Environment.GetEnvironmentVariable,
    Interruption = () =>
    {
        Console.CancelKeyPress += (_, press) =>
        {
            press.Cancel = true;
            interruption.Cancel();
        };

        // So a service is stopped.
        signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            interruption.Cancel();
        }));
        return interruption.Token;
    },
});
signals.ForEach(s => s.Dispose());
return exit;
