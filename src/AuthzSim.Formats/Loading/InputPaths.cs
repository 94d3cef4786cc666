using System.IO.Enumeration;
using System.Text;
using System.Text.RegularExpressions;

namespace AuthzSim.Formats.Loading;

/// <summary>Turns a path as given into the files it means, in ordinal path order.</summary>
internal static class InputPaths
{
    public const string StandardInput = "-";

    /// <summary>The files, or null when a plain path does not exist. A pattern that matches nothing gives none.</summary>
    public static IReadOnlyList<string>? Expand(string path) => Expand(path, IsManifest);

    /// <summary>The same for other files than manifests.</summary>
    /// <param name="path">The path.</param>
    /// <param name="belongs">Which files a folder, and a pattern whose last part names no suffix, means.</param>
    public static IReadOnlyList<string>? Expand(string path, Func<string, bool> belongs)
    {
        if (path == StandardInput || File.Exists(path))
        {
            return [path];
        }

        if (Directory.Exists(path))
        {
            return Sorted(Walk(path).Where(belongs));
        }

        return IsPattern(path) ? Match(path, belongs) : null;
    }

    public static bool IsPattern(string path) => path.AsSpan().ContainsAny('*', '?');

    public static bool IsJson(string path) => path.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

    private static bool IsManifest(string path) => IsJson(path)
        || path.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".yml", StringComparison.OrdinalIgnoreCase);

    /// <summary>A pattern whose last part names no suffix means the files that a folder means.</summary>
    private static List<string> Match(string pattern, Func<string, bool> belongs)
    {
        var normal = pattern.Replace(Path.DirectorySeparatorChar, '/');
        var firstWild = normal.AsSpan().IndexOfAny('*', '?');
        var rootEnd = normal.AsSpan(0, firstWild).LastIndexOf('/') + 1;
        var root = normal[..rootEnd];
        if (!Directory.Exists(root.Length == 0 ? "." : root))
        {
            return [];
        }

        var regex = ToRegex(normal[rootEnd..]);
        var namesSuffix = Path.HasExtension(normal);
        var files = Walk(root.Length == 0 ? "." : root)
            .Select(f => root.Length == 0 ? f[2..] : f)
            .Where(f => regex.IsMatch(f.Replace(Path.DirectorySeparatorChar, '/')[rootEnd..]));
        return Sorted(namesSuffix ? files : files.Where(belongs));
    }

    /// <summary>
    /// All files below. Linked folders are not entered, since they may lead back; nor are those that begin with two dots, where a
    /// kubelet keeps what the links of a mounted ConfigMap lead to.
    /// </summary>
    private static FileSystemEnumerable<string> Walk(string folder) => new(
        folder,
        static (ref FileSystemEntry entry) => entry.ToSpecifiedFullPath(),
        new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false })
    {
        ShouldIncludePredicate = static (ref FileSystemEntry entry) => !entry.IsDirectory,
        ShouldRecursePredicate = static (ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) == 0 && !entry.FileName.StartsWith(".."),
    };

    private static List<string> Sorted(IEnumerable<string> files)
    {
        var list = files.ToList();
        list.Sort(StringComparer.Ordinal);
        return list;
    }

    /// <summary><c>*</c> and <c>?</c> stay within a folder; <c>**/</c> is any number of folders; a final <c>**</c> is everything below.</summary>
    private static Regex ToRegex(string pattern)
    {
        var text = new StringBuilder("^");
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern.AsSpan(i).StartsWith("**/"))
            {
                text.Append("(?:[^/]+/)*");
                i += 2;
            }
            else if (pattern.AsSpan(i).StartsWith("**"))
            {
                text.Append(".*");
                i++;
            }
            else
            {
                text.Append(pattern[i] switch { '*' => "[^/]*", '?' => "[^/]", var c => Regex.Escape(c.ToString()) });
            }
        }

        return new Regex(text.Append("\\z").ToString(), RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.Singleline);
    }
}
