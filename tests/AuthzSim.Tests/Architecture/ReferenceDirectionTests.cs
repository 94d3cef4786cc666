using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace AuthzSim.Tests.Architecture;

/// <summary>The arrows of the house point one way.</summary>
public sealed partial class ReferenceDirectionTests
{
    private static readonly string _src = Path.Combine(Checkout(), "src");

    private static readonly Dictionary<string, string[]> _mayReference = new(StringComparer.Ordinal)
    {
        ["AuthzSim"] = [],
        ["AuthzSim.Formats"] = ["AuthzSim"],
        ["AuthzSim.Authentication"] = ["AuthzSim", "AuthzSim.Formats"],
        ["AuthzSim.Server"] = ["AuthzSim", "AuthzSim.Formats", "AuthzSim.Authentication"],
        ["AuthzSim.Cli"] = ["AuthzSim", "AuthzSim.Formats", "AuthzSim.Authentication", "AuthzSim.Server"],
    };

    // Lowest first; a room may use its own level and those below. Rooms not named here are above them all.
    private static readonly string[][] _levels = [["Text"], ["Requests"], ["Authorization", "Rbac"]];

    [Fact]
    public void Projects_reference_only_what_lies_below_them()
    {
        var projects = Directory.GetFiles(_src, "*.csproj", SearchOption.AllDirectories);
        Assert.NotEmpty(projects);
        foreach (var project in projects)
        {
            var name = Path.GetFileNameWithoutExtension(project);
            Assert.True(_mayReference.TryGetValue(name, out var allowed), $"{name} has no place in the house: give it one here");
            Assert.All(Includes(project, "ProjectReference").Select(ProjectName), r => Assert.Contains(r, allowed));
        }
    }

    [Fact]
    public void The_benchmarks_reference_libraries_only() => Assert.All(
        Includes(Path.Combine(Checkout(), "bench", "AuthzSim.Bench", "AuthzSim.Bench.csproj"), "ProjectReference").Select(ProjectName),
        r => Assert.Contains(r, (string[])["AuthzSim", "AuthzSim.Formats", "AuthzSim.Authentication", "AuthzSim.Server"]));

    [Fact]
    public void The_engine_references_no_package_and_no_framework() => Assert.All(
        (string[])["PackageReference", "FrameworkReference", "Reference"],
        kind => Assert.Empty(Includes(Path.Combine(_src, "AuthzSim", "AuthzSim.csproj"), kind)));

    [Fact]
    public void What_all_projects_share_brings_analyzers_only() => Assert.All(
        XDocument.Load(Path.Combine(_src, "Directory.Build.props")).Descendants("PackageReference"),
        package => Assert.Equal("all", package.Attribute("PrivateAssets")?.Value));

    [Fact]
    public void Rooms_of_the_engine_use_only_rooms_of_their_level_or_below()
    {
        var files = Directory.GetFiles(Path.Combine(_src, "AuthzSim"), "*.cs", SearchOption.AllDirectories)
            .Select(f => (Room: Path.GetRelativePath(Path.Combine(_src, "AuthzSim"), f).Split(Path.DirectorySeparatorChar)[0], File: f))
            .Where(f => f.Room is not ("obj" or "bin"))
            .ToList();
        Assert.NotEmpty(files);
        foreach (var (room, file) in files)
        {
            var used = RoomName().Matches(File.ReadAllText(file)).Select(m => m.Groups["room"].Value);
            Assert.All(used, other => Assert.True(LevelOf(other) <= LevelOf(room), $"{file} uses {other}, which lies above {room}"));
        }
    }

    private static int LevelOf(string room)
    {
        var level = Array.FindIndex(_levels, l => l.Contains(room));
        return level < 0 ? _levels.Length : level;
    }

    private static IEnumerable<string> Includes(string project, string kind) =>
        XDocument.Load(project).Descendants(kind).Select(r => r.Attribute("Include")?.Value ?? "");

    private static string ProjectName(string reference) => Path.GetFileNameWithoutExtension(reference.Replace('\\', '/'));

    private static string Checkout()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "AuthzSim.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("the tests run inside a checkout");
        }

        return folder.FullName;
    }

    [GeneratedRegex(@"\bAuthzSim\.(?<room>[A-Z]\w*)", RegexOptions.ExplicitCapture)]
    private static partial Regex RoomName();
}
