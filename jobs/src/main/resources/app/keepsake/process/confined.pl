# Becomes the program behind "--", which from then on can open no socket, and of this machine's files only the
# system's, the one before "--", and those that lie in a place named behind that. The kernel refuses the rest, by a
# seccomp filter and by Landlock (where it has that). Unlike namespaces, containers and systemd's sandboxes leave both
# to everybody. Needs --no-new-privs. There is a Perl wherever exiftool is.
use strict;
use Config;

my %machine = (x86_64 => [157, 0xc000003e, 41], aarch64 => [167, 0xc00000b7, 198]);
my ($cpu) = $Config{archname} =~ /^([^-]+)/;
my ($prctl, $architecture, $socket) = @{$machine{$cpu} || fail("no filter for $cpu")};

confineFiles();
takeNetworkAway();
exec {$ARGV[0]} @ARGV or fail("cannot run $ARGV[0]: $!");

sub confineFiles {
    my ($input, @places) = splice @ARGV, 0, (grep { $ARGV[$_] eq '--' } 0 .. $#ARGV)[0];
    shift @ARGV;
    my ($create, $add, $restrict) = (444, 445, 446);
    my $version = syscall $create, 0, 0, 1;
    return if $version < 1;
    my ($write, $read, $list, $truncate) = (1 << 1, 1 << 2, 1 << 3, $version < 3 ? 0 : 1 << 14);
    my $all = (1 << 13) - 1 | $truncate; # all of the first version: also to make and to remove
    my $rules = pack 'Q', $all;
    my $ruleset = syscall $create, $rules, length $rules, 0;
    my $allow = sub {
        my ($place, $rights) = @_;
        my $O_PATH = 0x200000;
        sysopen my $there, $place, $O_PATH or return; # not on this machine
        my $execute = 1;
        my $ofFiles = $execute | $write | $read | $truncate;
        my $rule = pack 'Q l', -d $place ? $rights : $rights & $ofFiles, fileno $there;
        syscall($add, $ruleset, 1, $rule, 0) == 0 or fail("cannot allow $place: $!");
    };
    $allow->($_ => 1 | $read | $list)
        for qw(/usr /bin /lib /lib64 /etc/fonts /etc/ld.so.cache /etc/perl /var/cache/fontconfig /sys),
        map { "/proc/$_" } qw(self cpuinfo filesystems meminfo stat sys); # of others, it tells the environment
    $allow->('/dev' => $read | $write | $list);
    $allow->($input => $read);
    $allow->($_ => $all) for @places;
    syscall($restrict, $ruleset, 0) == 0 or fail("cannot confine it: $!");
}

sub takeNetworkAway {
    my $io_uring_setup = 425; # a second way to sockets
    my $x32 = 0x40000000;     # the same calls by other numbers
    # Instructions of classic BPF: code, jump if true, jump if false, operand. Jumps count from the next one.
    my ($load, $equals, $atLeast, $return) = (0x20, 0x15, 0x35, 0x06);
    my ($number, $callsArchitecture) = (0, 4);
    my ($refuse, $allow) = (0x00050000 | 13, 0x7fff0000); # EACCES
    my @filter = (
        [$load, 0, 0, $callsArchitecture],
        [$equals, 0, 4, $architecture],
        [$load, 0, 0, $number],
        [$atLeast, 2, 0, $x32],
        [$equals, 1, 0, $socket],
        [$equals, 0, 1, $io_uring_setup],
        [$return, 0, 0, $refuse],
        [$return, 0, 0, $allow],
    );
    my $instructions = join '', map { pack 'SCCL', @$_ } @filter;
    my ($PR_SET_SECCOMP, $SECCOMP_MODE_FILTER) = (22, 2);
    my $program = pack 'S x6 P', scalar @filter, $instructions;
    syscall($prctl, $PR_SET_SECCOMP, $SECCOMP_MODE_FILTER, $program, 0, 0) == 0
        or fail("cannot take the network away: $!");
}

sub fail {
    print STDERR "$_[0]\n";
    exit 127;
}
