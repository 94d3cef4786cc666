using System.Text;
using AuthzSim.AccessReviews;
using AuthzSim.Audit;
using AuthzSim.Formats.Audit;
using AuthzSim.Formats.Reviews;
using AuthzSim.Requests;

namespace AuthzSim.Cli.Benchmarks;

/// <summary>Requests from JSON Lines of SubjectAccessReviews or their specs, or from an audit log.</summary>
internal static class RequestFile
{
    private const int HeadSize = 1 << 16;

    /// <summary>Reads a sample of at most so many requests, evenly spread over the file.</summary>
    /// <exception cref="CommandException">The file cannot be read, has no request, or a line is none.</exception>
    /// <exception cref="Formats.PolicyFormatException">An event of an audit log cannot be read.</exception>
    public static RequestAttributes[] Read(string path, int most)
    {
        List<RequestAttributes> requests = [];
        var (step, seen) = (1, 0);
        foreach (var request in IsAuditLog(path) ? OfAuditLog(path) : OfReviews(path))
        {
            if (seen++ % step != 0)
            {
                continue;
            }

            requests.Add(request());
            if (requests.Count > most)
            {
                // Every other one stays, so that the ones kept remain evenly spread however long the file is.
                requests = [.. requests.Where((_, i) => i % 2 == 0)];
                step *= 2;
            }
        }

        return requests.Count > 0 ? [.. requests] : throw new CommandException($"no request in {path}", CommandException.BadInput);
    }

    /// <summary>Zipped, or with the API group of audit events near its beginning.</summary>
    private static bool IsAuditLog(string path)
    {
        if (!File.Exists(path))
        {
            return Directory.Exists(path);
        }

        var head = new byte[HeadSize];
        using var file = File.OpenRead(path);
        var read = head.AsSpan(0, file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false));
        return read is [0x1f, 0x8b, ..] || read.IndexOf("\"audit.k8s.io/"u8) >= 0;
    }

    private static IEnumerable<Func<RequestAttributes>> OfAuditLog(string path)
    {
        var requests = new AuditedRequests();
        return new AuditLogReader([path], new AuditLogOptions()).Read()
            .Where(e => requests.Take(e) is AuditEventUse.Request or AuditEventUse.AllowedByOther)
            .Select(e => (Func<RequestAttributes>)e.ToAttributes);
    }

    private static IEnumerable<Func<RequestAttributes>> OfReviews(string path)
    {
        var reader = new AccessReviewReader();
        return File.ReadLines(path).Select((line, i) => (Line: line, Number: i + 1)).Where(l => !string.IsNullOrWhiteSpace(l.Line))
            .Select(l => (Func<RequestAttributes>)(() => RequestOf(reader, l.Line, path, l.Number)));
    }

    private static RequestAttributes RequestOf(AccessReviewReader reader, string line, string path, int number)
    {
        var decoded = reader.Read(Encoding.UTF8.GetBytes(line), path, number);
        if (decoded.Review is not { Kind: not AccessReviewKind.SelfSubjectAccessReview } review)
        {
            throw new CommandException($"{path}:{number}: a SubjectAccessReview or its spec is needed", CommandException.BadInput);
        }

        return AccessReviewValidation.Validate(review) is [var error, ..]
            ? throw new CommandException($"{path}:{number}: {error}", CommandException.BadInput)
            : review.Spec.ToAttributes();
    }
}
