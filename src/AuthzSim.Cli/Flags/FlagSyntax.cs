using System.CommandLine;

namespace AuthzSim.Cli.Flags;

/// <summary>
/// Flags as kubectl's parser reads them (upstream: <c>spf13/pflag/flag.go</c>): rewrites a command line so that
/// System.CommandLine sees each option as one <c>--name=value</c> and every argument behind <c>--</c>.
/// </summary>
internal static class FlagSyntax
{
    private static readonly string[] _true = ["1", "t", "T", "true", "TRUE", "True"];
    private static readonly string[] _false = ["0", "f", "F", "false", "FALSE", "False"];

    /// <summary>The command line in canonical form.</summary>
    /// <exception cref="CommandException">A flag is unknown, lacks its value, or its value is not a boolean.</exception>
    public static string[] Canonicalize(Command root, string[] args)
    {
        var command = root;
        List<string> names = [];
        var path = root.Name;
        while (command.Subcommands.Count > 0 && FindCommand(root, args) is >= 0 and var index)
        {
            command = command.Subcommands.FirstOrDefault(c => c.Name == args[index])
                ?? throw new CommandException($"unknown command \"{args[index]}\" for \"{path}\"\nSee '{path} --help' for usage.");
            names.Add(command.Name);
            path += " " + command.Name;
            args = [.. args[..index], .. args[(index + 1)..]];
        }

        Option[] inherited = [.. root.Options.Where(o => o.Recursive && command != root)];
        return new Scan([.. command.Options, .. inherited], args, path).Run(names);
    }

    private static IEnumerable<Option> AllOptions(Command command) => command.Options.Concat(command.Subcommands.SelectMany(AllOptions));

    /// <summary>The first argument that is neither a flag nor a flag's value.</summary>
    private static int FindCommand(Command root, string[] args)
    {
        List<Option> known = [.. AllOptions(root)];
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--")
            {
                return -1;
            }

            if (args[i] is not ['-', _, ..])
            {
                return i;
            }

            var option = known.Find(o => Matches(o, NormalizeName(args[i])));
            i += option is not null && !IsSwitch(option) ? 1 : 0;
        }

        return -1;
    }

    /// <summary>True for a flag that takes a value only behind <c>=</c>.</summary>
    public static bool IsSwitch(Option option) => option.ValueType == typeof(bool) || option.Arity.MaximumNumberOfValues == 0;

    /// <summary>True when the option goes by this name, dashes included.</summary>
    public static bool Matches(Option option, string name) => option.Name == name || option.Aliases.Contains(name);

    private static string NormalizeName(string flag) =>
        flag.StartsWith("--", StringComparison.Ordinal) ? flag.Replace('_', '-') : flag;

    /// <summary>One pass over the arguments of one command.</summary>
    private sealed class Scan(Option[] options, string[] args, string commandPath)
    {
        private readonly List<(Option Option, string Value)> _values = [];
        private readonly List<string> _positional = [];
        private int _next;

        public string[] Run(List<string> commandNames)
        {
            while (_next < args.Length)
            {
                var arg = args[_next++];
                if (arg == "--")
                {
                    _positional.AddRange(args[_next..]);
                    break;
                }

                if (arg.StartsWith("--", StringComparison.Ordinal))
                {
                    ReadLong(arg);
                }
                else if (arg is ['-', _, ..])
                {
                    ReadShort(arg[1..]);
                }
                else
                {
                    _positional.Add(arg);
                }
            }

            List<string> result = [.. commandNames];
            for (var i = 0; i < _values.Count; i++)
            {
                var (option, value) = _values[i];
                var isLast = !_values.Skip(i + 1).Any(v => v.Option == option);
                if (isLast || option.Arity.MaximumNumberOfValues > 1)
                {
                    result.AddRange(Emit(option, value));
                }
            }

            return [.. result, "--", .. _positional];
        }

        private void ReadLong(string arg)
        {
            var equals = arg.IndexOf('=', StringComparison.Ordinal);
            var name = NormalizeName(equals < 0 ? arg : arg[..equals]);
            if (name.Length == 2 || name[2] == '-')
            {
                throw Usage($"bad flag syntax: {arg}");
            }

            var option = Find(name) ?? throw Usage($"unknown flag: {name}");
            if (equals >= 0)
            {
                Add(option, arg[(equals + 1)..]);
            }
            else if (IsSwitch(option))
            {
                Add(option, "true");
            }
            else
            {
                Add(option, _next < args.Length ? args[_next++] : throw Usage($"flag needs an argument: {name}"));
            }
        }

        private void ReadShort(string letters)
        {
            for (; letters.Length > 0; letters = letters[1..])
            {
                var option = Find("-" + letters[0]) ?? throw Usage($"unknown shorthand flag: '{letters[0]}' in -{letters}");
                if (letters is [_, '=', _, ..])
                {
                    Add(option, letters[2..]);
                    return;
                }

                if (IsSwitch(option))
                {
                    Add(option, "true");
                    continue;
                }

                Add(option, letters.Length > 1 ? letters[1..]
                    : _next < args.Length ? args[_next++]
                    : throw Usage($"flag needs an argument: '{letters[0]}' in -{letters}"));
                return;
            }
        }

        private void Add(Option option, string value)
        {
            if (IsSwitch(option))
            {
                value = _true.Contains(value) ? "true" : _false.Contains(value) ? "false"
                    : throw Usage(
                        $"invalid argument \"{value}\" for \"{FlagName(option)}\" flag: strconv.ParseBool: parsing \"{value}\": invalid syntax");
            }

            _values.Add((option, value));
        }

        private static IEnumerable<string> Emit(Option option, string value)
        {
            if (option.Arity.MaximumNumberOfValues == 0)
            {
                return value == "true" ? [option.Name] : [];
            }

            // An empty text after `=` would count as no value at all.
            return value.Length == 0 ? [option.Name, value] : [$"{option.Name}={value}"];
        }

        private static string FlagName(Option option) =>
            option.Aliases.FirstOrDefault(a => a.Length == 2) is { } letter ? $"{letter}, {option.Name}" : option.Name;

        private Option? Find(string name) => Array.Find(options, o => Matches(o, name));

        private CommandException Usage(string text) => new($"{text}\nSee '{commandPath} --help' for usage.");
    }
}
