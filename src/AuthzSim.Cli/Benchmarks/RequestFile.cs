using AuthzSim.AccessReviews;
using AuthzSim.Formats.Reviews;
using AuthzSim.Requests;

namespace AuthzSim.Cli.Benchmarks;

/// <summary>Requests from JSON Lines of SubjectAccessReviews or their specs.</summary>
internal static class RequestFile
{
    /// <summary>Reads a sample of at most so many requests, evenly spread over the file.</summary>
    /// <exception cref="CommandException">The file cannot be read, has no request, or a line is none.</exception>
    public static RequestAttributes[] Read(string path, int most)
    {
        var reader = new AccessReviewReader();
        List<RequestAttributes> requests = [];
        var (number, step, seen) = (0, 1, 0);
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line) || seen++ % step != 0)
            {
                continue;
            }

            requests.Add(RequestOf(reader, line, path, number));
            if (requests.Count > most)
            {
                // Every other one stays, so that the ones kept remain evenly spread however long the file is.
                requests = [.. requests.Where((_, i) => i % 2 == 0)];
                step *= 2;
            }
        }

        return requests.Count > 0 ? [.. requests] : throw new CommandException($"no request in {path}", CommandException.BadInput);
    }

    private static RequestAttributes RequestOf(AccessReviewReader reader, string line, string path, int number)
    {
        var decoded = reader.Read(System.Text.Encoding.UTF8.GetBytes(line), path, number);
        if (decoded.Review is not { Kind: not AccessReviewKind.SelfSubjectAccessReview } review)
        {
            throw new CommandException($"{path}:{number}: a SubjectAccessReview or its spec is needed", CommandException.BadInput);
        }

        return AccessReviewValidation.Validate(review) is [var error, ..]
            ? throw new CommandException($"{path}:{number}: {error}", CommandException.BadInput)
            : review.Spec.ToAttributes();
    }
}
