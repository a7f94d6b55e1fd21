class Shop {
    public static void main(String[] arguments) {
        System.out.println("hello");
    }
}
