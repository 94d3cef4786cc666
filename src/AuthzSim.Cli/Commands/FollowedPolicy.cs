using System.CommandLine;
using AuthzSim.Cli.Flags;
using AuthzSim.Formats;
using AuthzSim.Server;

namespace AuthzSim.Cli.Commands;

/// <summary>
/// The policy that a server is started with, and has read again whenever its files change. Files that are being written are let
/// alone until they have been quiet for a while, so that no half of one is served.
/// </summary>
internal sealed class FollowedPolicy
{
    private static readonly TimeSpan _shortestRetry = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _longestRetry = TimeSpan.FromSeconds(2);

    private readonly PolicyFlags _policy;
    private readonly ParseResult _result;
    private readonly CommandContext _context;
    private readonly List<string> _paths;
    private readonly byte[] _input;
    private FileStamps? _judged;

    /// <summary>The policy that flags name. Standard input, which can be read once only, is kept.</summary>
    public FollowedPolicy(PolicyFlags policy, ParseResult result, CommandContext context)
    {
        (_policy, _result, _context) = (policy, result, context);
        _paths = [.. policy.PathsOf(result).Where(p => p != "-")];
        using var input = new MemoryStream();
        if (policy.ReadsStandardInput(result))
        {
            context.Input.CopyTo(input);
        }

        _input = input.ToArray();
    }

    /// <summary>Reads the policy as it is now, and warns of what is odd in it.</summary>
    /// <param name="visitor">Reads other objects out of the same files; null when nobody wants them.</param>
    /// <exception cref="CommandException">No policy was named.</exception>
    /// <exception cref="PolicyFormatException">The policy cannot be read.</exception>
    public LoadedPolicy Load(IManifestVisitor? visitor = null)
    {
        _judged = FileStamps.Of(_paths);
        return Read(visitor);
    }

    /// <summary>Has a server take what the files say whenever that changes, or say what is wrong with it.</summary>
    public void ReloadUntilInterrupted(ApiServer server, CancellationToken interruption)
    {
        string? problem = null;
        var retry = _shortestRetry;
        while (FileWatch.WaitForChange(_paths, _judged, interruption) is { } now)
        {
            var (isLasting, found) = Reload(server, now);
            if (found is not null && (isLasting || found != problem))
            {
                server.RefuseReload(found);
            }

            _judged = isLasting ? now : null;
            problem = found;
            if (isLasting || found is null)
            {
                retry = _shortestRetry;
                continue;
            }

            interruption.WaitHandle.WaitOne(retry);
            retry = retry * 2 < _longestRetry ? retry * 2 : _longestRetry;
        }
    }

    /// <summary>What is wrong, if anything; not lasting is what may be otherwise at the next try, though no file changes.</summary>
    private (bool IsLasting, string? Problem) Reload(ApiServer server, FileStamps quiet)
    {
        try
        {
            var policy = Read(visitor: null).Policy;
            if (!FileStamps.Of(_paths).Equals(quiet))
            {
                // Writing has begun again: what was read may be half of something.
                return (false, null);
            }

            server.Reload(policy);
            return (true, null);
        }
        catch (Exception e) when (AuthzSimCommand.IsForUser(e))
        {
            var errors = e is PolicyFormatException format ? format.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).ToList() : [];
            return !FileStamps.Of(_paths).Equals(quiet) ? (false, null)
                : (!errors.Any(d => d.Code == DiagnosticCodes.CannotRead), errors.Count > 0 ? string.Join("; ", errors) : e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (false, e.Message);
        }
    }

    private LoadedPolicy Read(IManifestVisitor? visitor)
    {
        using var input = new MemoryStream(_input, writable: false);
        return _policy.Load(_result, _context with { Input = input }, visitor);
    }
}
